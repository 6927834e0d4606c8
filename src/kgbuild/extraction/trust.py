"""What speaks for an act being right in type and agent: the features of its confidence."""

from kgbuild.extraction.circumstances import is_media
from kgbuild.extraction.state import State
from kgbuild.model import Polarity, Role

_MANY = 2
_CLASSED = frozenset({"ADP", "SCONJ", "CCONJ", "PUNCT", "PRON", "PART", "DET"})


def features(state: State, number: int) -> dict[str, float]:
    """The features of act ``number``: how it was found, where it stands, who does it."""
    act, told = state.acts[number], state.told[number]
    line, trigger, index = told.line, told.trigger, told.trigger.index
    agents = act.entities(Role.AGENT)
    how = next(
        (a.how.partition(":")[0].split(" ")[0] for a in act.arguments if a.role is Role.AGENT), "nobody"
    )
    plain = {f"how={how}", f"row={trigger.row.id}", f"within={act.within is not None}"}
    plain |= {f"quoted={line.quote_at(trigger.span.start) is not None}", f"line={line.kind.value}"}
    plain |= {f"negated={act.polarity is Polarity.NEGATED}", f"tense={act.tense.value}"}
    plain |= {f"certainty={act.certainty.value}", f"conditional={act.condition is not None}"}
    plain |= {f"content={told.content is not None}", f"complement={trigger.complement is not None}"}
    plain |= {f"agents={min(len(agents), _MANY)}", f"addressed={bool(act.entities(Role.ADDRESSEE))}"}
    plain.add(f"media={any(map(is_media, agents))}")
    plain |= {f"kind={entity.kind.value}" for entity in agents[:1]}
    plain |= {f"subtype={entity.subtype or 'none'}" for entity in agents[:1]}
    plain.add(f"dated={act.time is not None}")
    if trigger.reading is not None:
        form, proclitics = trigger.reading.form, trigger.reading.proclitics
        plain |= {f"agreement={form.agreement.person}{form.agreement.gender}{form.agreement.number}"}
        plain |= {f"proclitics={'+'.join(proclitics)}", f"pronoun={form.pronoun is not None}"}
    plain.add(f"tag={line.toks[index].upos}")
    for side, at in (("before", index - 1), ("after", index + 1)):
        tok = line.toks[at] if 0 <= at < len(line.toks) else None
        plain.add(f"{side}={tok.upos if tok is not None else 'end'}")
        if tok is not None and tok.upos in _CLASSED:
            plain.add(f"{side}={tok.folded}")
    if act.within is not None:
        outer = state.told[act.within].trigger
        plain |= {f"outer={outer.row.kind}", f"outer-quoted={state.told[act.within].quoted}"}
        plain.add(f"told-agents={state.acts[act.within].entities(Role.AGENT) == agents}")
    same = sum(before.trigger.row == act.trigger.row for before in state.acts[:number])
    plain.add(f"repeated={min(same, _MANY)}")
    names = {
        "bias",
        f"part={trigger.part}",
        f"class={trigger.row.kind}",
        f"type={act.trigger.act_type}",
        *plain,
    }
    for name in plain:
        names |= {f"{name}&part={trigger.part}", f"{name}&class={trigger.row.kind}"}
        names |= {f"{name}&type={act.trigger.act_type}", f"{name}&how={how}"}
    return dict.fromkeys(sorted(names), 1.0)
