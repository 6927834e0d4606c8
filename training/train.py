"""Train one of the bundled models with Stanza's own trainers: ``train.py WORK tokenize [extra options]``."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

COMMON = ["--device", "cpu", "--seed", "1"]


def settings(work: Path) -> dict[str, list[str]]:
    """Module and options of every trainer; what a run adds on the command line overrides them."""
    pretrain = ["--wordvec_pretrain_file", str(work / "vectors.pt")]

    def at(*parts: str) -> str:
        return str(work.joinpath(*parts))

    return {
        "tokenize": [
            "stanza.models.tokenizer", "--lang", "ar", "--shorthand", "ar_padt", *COMMON,
            "--txt_file", at("tokenize", "train.txt"), "--label_file", at("tokenize", "train.labels"),
            "--mwt_json_file", at("tokenize", "train-mwt.json"),
            "--dev_txt_file", at("tokenize", "dev.txt"), "--dev_label_file", at("tokenize", "dev.labels"),
            "--dev_conll_gold", at("tokenize", "dev.conllu"),
            "--max_seqlen", "300", "--steps", "1000", "--eval_steps", "200",
            "--save_dir", at("out"), "--save_name", "tokenize.pt",
        ],
        "mwt": [
            "stanza.models.mwt_expander", "--lang", "ar", "--shorthand", "ar_padt", *COMMON,
            "--train_file", at("mwt", "train.conllu"), "--eval_file", at("mwt", "dev.conllu"),
            "--gold_file", at("mwt", "dev.conllu"), "--num_epoch", "1",
            "--save_dir", at("out"), "--save_name", "mwt.pt",
        ],
        "pos": [
            "stanza.models.tagger", "--lang", "ar", "--shorthand", "ar_padt", *COMMON, *pretrain,
            "--train_file", at("pos", "train.conllu") + ";" + at("pos", "train-features.conllu"),
            "--eval_file", at("pos", "dev.conllu"),
            "--hidden_dim", "200", "--char_hidden_dim", "150", "--deep_biaff_hidden_dim", "200",
            "--composite_deep_biaff_hidden_dim", "100", "--word_emb_dim", "50", "--char_emb_dim", "50",
            "--lr", "0.003", "--batch_size", "24",
            "--max_steps", "1050", "--eval_interval", "150", "--fix_eval_interval",
            "--save_dir", at("out"), "--save_name", "pos.pt",
        ],
        "lemma": [
            "stanza.models.lemmatizer", "--shorthand", "ar_padt", *COMMON,
            "--train_file", at("lemma", "train.conllu"), "--eval_file", at("lemma", "dev.conllu"),
            "--num_epoch", "3", "--no_edit",
            "--save_dir", at("out"), "--save_name", "lemma.pt",
        ],
        "depparse": [
            "stanza.models.parser", "--lang", "ar", "--shorthand", "ar_padt", *COMMON, *pretrain,
            "--train_file", at("depparse", "train.conllu"), "--eval_file", at("depparse", "dev.conllu"),
            "--no_xpos", "--no_ufeats",
            "--hidden_dim", "150", "--num_layers", "2", "--char_hidden_dim", "100",
            "--deep_biaff_hidden_dim", "150", "--deep_biaff_output_dim", "100",
            "--word_emb_dim", "50", "--char_emb_dim", "50",
            "--optim", "adam", "--lr", "0.003", "--second_optim_start_step", "100000", "--no_second_optim",
            "--batch_size", "1000", "--max_steps", "1100", "--no_checkpoint",
            "--save_dir", at("out"), "--save_name", "depparse.pt",
        ],
        "ner": [
            "stanza.models.ner_tagger", "--shorthand", "ar_news", *COMMON, *pretrain,
            "--train_file", at("ner", "train.json"), "--eval_file", at("ner", "dev.json"),
            "--optim", "adam", "--lr", "0.002", "--lr_decay", "0.5", "--patience", "3", "--hidden_dim", "200",
            "--char_hidden_dim", "100", "--no_emb_finetune", "--word_dropout", "0.05",
            "--batch_size", "32", "--max_steps", "1600", "--eval_interval", "200",
            "--save_dir", at("out"), "--save_name", "ner.pt",
        ],
    }  # fmt: skip


def main() -> None:
    """Run one trainer on one core."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("model", choices=["tokenize", "mwt", "pos", "lemma", "depparse", "ner"])
    options, extra = parser.parse_known_args()
    module, *arguments = settings(options.work.resolve())[options.model]
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.exit(subprocess.run([sys.executable, "-m", module, *arguments, *extra], check=False).returncode)  # noqa: S603


if __name__ == "__main__":
    main()
