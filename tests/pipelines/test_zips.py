"""The writer of ZIPs: equal contents give equal bytes, a name leads nowhere else, a file that is gone is named."""

import io
import zipfile

import pytest

from pipelines.media import zips


def test_equal_contents_give_equal_bytes_and_nothing_signed_is_packed(tmp_path):
    large = tmp_path / "held.bin"
    large.write_bytes(b"a" * (2 * zips.BLOCK_BYTES + 7))
    entries = [("folder/note.txt", b"word " * 99), ("held.bin", large)]
    for name in ("one.zip", "two.zip"):
        zips.write_archive(tmp_path / name, entries)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.read("held.bin") == large.read_bytes() and archive.testzip() is None
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize("name", ["", "../up", "/root", "a//b", "a\\b", "C:x", "a/./b"])
def test_a_name_that_leads_elsewhere_is_no_entry(name, tmp_path):
    with pytest.raises(ValueError, match="no name"):
        zips.write_archive(tmp_path / "x.zip", [(name, b"x")])


def test_a_file_that_is_gone_is_named_in_a_stream_and_an_error_elsewhere(tmp_path):
    gone, missing = tmp_path / "gone.png", []
    blocks = b"".join(zips.stream_archive([("gone.png", gone), ("words.txt", b"x" * 999)], missing))
    with zipfile.ZipFile(io.BytesIO(blocks)) as archive:
        assert missing == ["gone.png"] and archive.namelist() == ["words.txt"] and len(blocks) < 500
    with pytest.raises(OSError, match=r"gone\.png"):
        zips.write_archive(tmp_path / "x.zip", [("gone.png", gone)])
