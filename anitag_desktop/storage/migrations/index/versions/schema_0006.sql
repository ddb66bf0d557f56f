DROP TABLE sign_codes
