"""Published models by the sha256 of their weights: a renamed file is still known."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """A published model: ``balance`` is its threshold where precision = recall, if known."""

    id: str
    revision: str
    title: str
    licence: str
    balance: float | None = None


PUBLISHED = {
    "35f23693620b668f4d53fd3c62bf65e40af739bc52c7eb0fbc49258b58d065b6": Published(
        "smilingwolf/wd-vit-tagger-v3",
        "7f6b584d0bd3f55c4531f14ba3d4761b2bccdc0f",
        "WD ViT v3",
        "Apache-2.0",
        0.2614,
    ),
    "e6774bff34d43bd49f75a47db4ef217dce701c9847b546523eb85ff6dbba1db1": Published(
        "smilingwolf/wd-swinv2-tagger-v3",
        "627aef95638667ddcaa3ac8ae625e88ea5b02f51",
        "WD SwinV2 v3",
        "Apache-2.0",
        0.2653,
    ),
    "a8d479098b5e23f253543c93df42391736abbb77c21c2efd3a513b9cda7b3657": Published(
        "deepghs/pixai-tagger-v0.9-onnx",
        "d8cf666911a2c3d10d586d7823259192313c7eb7",
        "PixAI Tagger v0.9",
        "Apache-2.0",
    ),
    "ab0aaf253e3d546090001bec9bebc776c354ab6800f442ab9167af87b4a953ac": Published(
        "camais03/camie-tagger-v2",
        "7d40c1b85b86ab4f607b2caf26b1b50c99db743e",
        "Camie Tagger v2",
        "GPL-3.0",
    ),
}
