"""The cheapest classifier worth beating: character n-grams and a linear model. A second on 1,000 rows."""

from collections.abc import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

from workers.training.seeds import seeded

_MOST_CHARACTERS, _OF_A_TEXT = 4_000_000, 1_000  # that it learns from: half a minute, and half a gigabyte


def ngram_predictions(
    texts: Sequence[str], targets: Sequence[int], held_out: Sequence[str], seed: int
) -> list[int]:
    """Fit on the training texts, by seed as many as are bearable; say the label of each held-out text."""
    seen = [text[:_OF_A_TEXT] for text in texts]
    places: Sequence[int] = range(len(seen))
    if (characters := sum(map(len, seen))) > _MOST_CHARACTERS:
        places = seeded(seed, 2).sample(places, len(seen) * _MOST_CHARACTERS // characters)
    if len({targets[place] for place in places}) < 2:
        return [targets[places[0]]] * len(held_out)
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True, max_features=200_000),
        LinearSVC(random_state=0),
    )
    model.fit([seen[place] for place in places], [targets[place] for place in places])
    return [int(label) for label in model.predict([text[:_OF_A_TEXT] for text in held_out])]
