"""How do thousands of frames become one picture? A column for each pixel, filled by numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from framescope.ui.opcode_names import opcode_token
from framescope.ui.theme import Look

Colors = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]


def token_table(look: Look) -> npt.NDArray[np.int64]:
    """Return red, green and blue of every opcode's mark."""
    colors = [look.color(opcode_token(opcode)) for opcode in range(16)]
    return np.array([(color.red(), color.green(), color.blue()) for color in colors], np.int64)


def premultiplied(colors: npt.NDArray[np.int64], alphas: Floats) -> Colors:
    """Return colours as Qt's 32 bits, each with its alpha from 0 to 1."""
    parts = np.rint(colors * alphas[:, None]).astype(np.uint32)
    alpha = np.rint(alphas * 255).astype(np.uint32)
    packed = (alpha << 24) | (parts[:, 0] << 16) | (parts[:, 1] << 8) | parts[:, 2]
    return packed.astype(np.uint32, copy=False)


def column_image(reach: Floats, body: Colors, head: Colors, height: int, *, thickness: int, grows_up: bool) -> QImage:
    """Return an image of `height` px with a column `reach` px high for each entry; its last px are the head."""
    height = max(1, height)
    tops = np.rint(reach).astype(np.int32)
    levels = np.arange(height, dtype=np.int32)[:, None]
    pixels = np.where(levels < tops, body, np.uint32(0))
    if thickness:
        is_head = (levels >= tops - thickness) & (levels < tops)
        np.copyto(pixels, np.broadcast_to(head, pixels.shape), where=is_head)
    pixels = np.ascontiguousarray(pixels[::-1] if grows_up else pixels)
    image = QImage(pixels.data, pixels.shape[1], height, pixels.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()  # the copy owns its pixels
