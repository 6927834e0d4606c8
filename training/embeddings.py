"""Record anew what the bundled encoder makes of some sentences: ``embeddings.py models/ar-bundled FILE``.

``FILE`` is ``tests/nlp/recorded-embeddings.json``: rows with a sentence, whose vector is replaced.
"""

import argparse
import json
from pathlib import Path

import torch

from kgbuild.nlp.encoder import load


def main() -> None:
    """Write the mean of the last layer over each sentence's pieces."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", type=Path)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    encoder, tokenizer = load(options.models / "ar" / "encoder")
    rows = json.loads(options.file.read_text(encoding="utf-8"))
    for row in rows:
        batch = tokenizer([row["sentence"].split()])
        with torch.no_grad():
            output = encoder(torch.tensor(batch["input_ids"]), torch.tensor(batch["attention_mask"]))
        row["vector"] = [round(x, 4) for x in output.hidden_states[-1][0].mean(0).tolist()]
    text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    options.file.write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
