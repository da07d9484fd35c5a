"""By what rows are known."""

import pytest

from workers.doctor.hashes import row_hash

PICTURE = {"image": "a.png", "sha256": "9f", "label": "cat"}


def test_a_row_of_an_archive_is_known_by_content_and_label_not_by_name():
    assert row_hash({**PICTURE, "image": "b.png"}) == row_hash(PICTURE)
    assert row_hash({**PICTURE, "sha256": "9e"}) != row_hash(PICTURE)
    assert row_hash({**PICTURE, "label": "dog"}) != row_hash(PICTURE)
    assert row_hash({"image": "a.png", "sha256": "9f"}) != row_hash(PICTURE)


@pytest.mark.parametrize("more", [{"messages": []}, {"text": "x"}])
def test_a_digest_that_a_grader_reads_hides_nothing(more):
    assert row_hash({**PICTURE, **more, "image": "b.png"}) != row_hash({**PICTURE, **more})


def test_the_order_of_keys_does_not_matter():
    assert row_hash({"label": "a", "text": "x"}) == row_hash({"text": "x", "label": "a"})
