"""A download takes the name of a file, never that of a device or a folder."""

from pathlib import Path

import pytest

from clients.sdk.transfers import File


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    device = tmp_path / "null"
    device.symlink_to("/dev/null")

    with pytest.raises(FileExistsError, match="not a file"):
        File(device)
    with pytest.raises(IsADirectoryError):
        File(tmp_path)

    assert list(tmp_path.iterdir()) == [device]
