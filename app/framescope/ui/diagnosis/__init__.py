"""Why did a connection end, in the window: the diagnosis tab and its chart. Imports analysis, controls, the theme."""
