"""How everything looks: the only place where colours, sizes and fonts are written down."""
