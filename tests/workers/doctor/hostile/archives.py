"""ZIP archives: bombs, sizes that are lies, and members that lead elsewhere."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.workers.doctor.hostile.case import GOOD_TABLE, made, of_bytes

_SYMLINK = 0o120777 << 16
_DEVICE = 0o060666 << 16
_TABLE = GOOD_TABLE.encode()
_UNSAFE = {
    "parent": "../a.csv",
    "deep_parent": "a/../../../etc/passwd.csv",
    "backslash_parent": "..\\..\\a.csv",
    "absolute": "/etc/passwd.csv",
    "drive": "C:\\a.csv",
    "share": "\\\\server\\share\\a.csv",
    "newline": "a\nb.csv",
    "escape": "a\x1b[2Jb.csv",
    "endless": "a" * 5000 + ".csv",
}


def archive_of(members: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made_in = io.BytesIO()
    with zipfile.ZipFile(made_in, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=packing)
    return made_in.getvalue()


def _with_info(change: Callable[[zipfile.ZipInfo], None]) -> bytes:
    made_in = io.BytesIO()
    with zipfile.ZipFile(made_in, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        change(info)
        archive.writestr(info, _TABLE)
    return made_in.getvalue()


def _special(attributes: int) -> Callable[[zipfile.ZipInfo], None]:
    def change(info: zipfile.ZipInfo) -> None:
        info.create_system, info.external_attr = 3, attributes

    return change


def _patched(data: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite a field of the first record with this signature."""
    at = data.index(signature) + offset
    return data[:at] + value + data[at + len(value) :]


def _central(offset: int, value: bytes, data: bytes | None = None) -> bytes:
    return _patched(data or archive_of({"a.csv": _TABLE}), b"PK\x01\x02", offset, value)


def _bomb(packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    return archive_of({"a.csv": b"text,label\n" + b"a,b\n" * (5 * 1024**2)}, packing)


def _overlapping(members: int) -> bytes:
    """Every entry of the directory is the same packed bytes (Fifield's bomb, in its simplest form)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = b"\0" * (1024**2)
    packed = packer.compress(data) + packer.flush()
    local = struct.pack(
        "<4sHHHHHLLLHH", b"PK\3\4", 20, 0, 8, 0, 0, zlib.crc32(data), len(packed), len(data), 1, 0
    )
    directory = b""
    for number in range(members):
        name = f"{number:06}.png".encode()
        directory += struct.pack(
            "<4sHHHHHHLLLHHHHHLL", b"PK\1\2", 20, 20, 0, 8, 0, 0, zlib.crc32(data), len(packed), len(data),
            len(name), 0, 0, 0, 0, 0, 0,
        ) + name  # fmt: skip
    body = local + b"a" + packed
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, members, members, len(directory), len(body), 0)
    return body + directory + end


def _sparse_nested(depth: int) -> bytes:
    inner = archive_of({"a.csv": _TABLE})
    for level in range(depth):
        inner = archive_of({f"{level}.zip": inner})
    return inner


def _duplicate() -> bytes:
    return archive_of({"a.csv": _TABLE, "b.csv": _TABLE}).replace(b"b.csv", b"a.csv")


_SOUND = archive_of({"a.csv": _TABLE})

CASES = (
    *(made(f"{name}.zip", lambda path=path: archive_of({path: _TABLE}), "unsafe_member")  # type: ignore[misc]
      for name, path in _UNSAFE.items()),
    made("nul_in_name.zip", lambda: _SOUND.replace(b"a.csv", b"a\0csv"), "unsafe_member"),
    made("symlink.zip", lambda: _with_info(_special(_SYMLINK)), "symlink_member"),
    made("device.zip", lambda: _with_info(_special(_DEVICE)), "special_member"),
    made("encrypted.zip", lambda: _central(8, b"\x01\x00"), "encrypted_member"),
    made("unknown_packing.zip", lambda: _central(10, b"\x63\x00"), "unsupported_packing"),
    made("same_name.zip", _duplicate, "duplicate_member"),
    made("flat_bomb.zip", _bomb, "suspicious_ratio"),
    made("lzma_bomb.zip", lambda: _bomb(zipfile.ZIP_LZMA), "suspicious_ratio"),
    made("nested.zip", lambda: _sparse_nested(5), "nested_archive"),
    made("nested_beside_images.zip", lambda: archive_of({"a.png": b"", "b.zip": _SOUND}), "nested_archive"),
    made("hidden_archive.zip", lambda: archive_of({"a.csv": _SOUND}), "nested_archive"),
    made("overlapping.zip", lambda: _overlapping(2_000), "suspicious_ratio"),
    made("overlapping_to_gigabytes.zip", lambda: _overlapping(3_000), "too_large_unpacked"),
    made("many_members.zip", lambda: archive_of({f"{n}.png": b"" for n in range(101)}), "too_many_members",
         members=100),
    made("says_less.zip", lambda: _central(24, struct.pack("<L", 20)), "damaged_member"),
    made("says_nothing.zip", lambda: _central(24, struct.pack("<L", 0)), "damaged_member"),
    made("says_more.zip", lambda: _central(24, struct.pack("<L", 2**31 + 5)), "too_large_unpacked"),
    made("wrong_checksum.zip", lambda: _central(16, b"\0\0\0\0"), "damaged_member"),
    made("local_disagrees.zip", lambda: _patched(_SOUND, b"PK\x03\x04", 30, b"b.csv"), "damaged_member"),
    made("no_local_header.zip", lambda: _central(42, struct.pack("<L", 10)), "damaged_member"),
    made("far_local_header.zip", lambda: _central(42, struct.pack("<L", 2**31)), "damaged_member"),
    made("directory_too_large.zip", lambda: _patched(_SOUND, b"PK\x05\x06", 12, b"\xff\xff\xff\x7f"),
         "too_many_members"),
    made("directory_elsewhere.zip", lambda: _patched(_SOUND, b"PK\x05\x06", 16, b"\xff\xff\xff\x7f"),
         "damaged_member"),
    made("counts_more.zip", lambda: _patched(_SOUND, b"PK\x05\x06", 8, b"\xff\x7f\xff\x7f"), None),
    made("deflate_garbage.zip", lambda: _patched(_SOUND, b"a.csv", 5, b"\xff" * 20), "damaged_member"),
    made("cut_off.zip", lambda: _SOUND[:-30], "invalid_zip"),
    made("cut_in_member.zip", lambda: archive_of({"a.csv": bytes(range(256)) * 200})[:40], "invalid_zip"),
    made("long_comment.zip", lambda: _patched(_SOUND, b"PK\x05\x06", 20, b"\xff\xff") + b"a" * 65535, None),
    of_bytes("only_magic.zip", b"PK\x03\x04", "invalid_zip"),
    made("empty.zip", lambda: archive_of({}), "empty_file"),
    made("folders_only.zip", lambda: archive_of({"a/": b"", "b/": b""}), "empty_file"),
    made("litter_only.zip", lambda: archive_of({"__MACOSX/._a.csv": b"x", ".DS_Store": b"x"}), "empty_file"),
    made("two_tables.zip", lambda: archive_of({"a.csv": _TABLE, "b.csv": _TABLE}), "many_data_files"),
    made("program.zip", lambda: archive_of({"a.exe": b"MZ\x90\0"}), "unsupported_format"),
    made("pickle.zip", lambda: archive_of({"data.pkl": b"\x80\x04."}), "unsupported_format"),
    made("word.zip", lambda: archive_of({"[Content_Types].xml": b"", "word/document.xml": b""}),
         "unsupported_format"),
    made("table_in_folder.zip", lambda: archive_of({"a/": b"", "a/b.csv": _TABLE, "README.md": b"x"}), None),
    made("bad_table.zip", lambda: archive_of({"a.csv": _TABLE + b"one\n"}), "wrong_column_count", 4),
)  # fmt: skip
