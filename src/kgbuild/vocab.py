"""Every IRI that kgbuild writes or asks for, and what the ontology says of the act classes.

The namespaces below are classes of plain strings (``DA.Propose``), fit for ``rdflib.URIRef`` and for
``pyoxigraph.NamedNode`` alike. Tests hold that the terms of :class:`DA` and those that
``ontology/diplomatic-acts.ttl`` declares are the same.
"""

# ruff: noqa: N815  (a term is spelled here as it is in its ontology)

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kgbuild.errors import DataFileError
from kgbuild.model import Basis, Certainty, Decision, Kind, Polarity, Precision, Tense
from kgbuild.resources import data_path

BASE: Final = "https://w3id.org/kgbuild/"

ENTITY: Final = BASE + "entity/"
ACT: Final = BASE + "act/"
ATTRIBUTION: Final = BASE + "attribution/"
MENTION: Final = BASE + "mention/"
CONDITION: Final = BASE + "condition/"
TIME_NODE: Final = BASE + "time/"
ARTICLE: Final = BASE + "article/"
TENURE: Final = BASE + "tenure/"
DERIVATION: Final = BASE + "derivation/"
RULE: Final = BASE + "rule/"
REPORT: Final = BASE + "report/"
WIKIDATA: Final = "http://www.wikidata.org/entity/"

RUN: Final = BASE + "run"
ARTICLE_GRAPH: Final = BASE + "graph/article/"
ENTITIES_GRAPH: Final = BASE + "graph/entities"
ONTOLOGY_GRAPH: Final = BASE + "graph/ontology"
DERIVED_GRAPH: Final = BASE + "graph/derived"
PROVENANCE_GRAPH: Final = BASE + "graph/provenance"
QUARANTINE_GRAPH: Final = BASE + "graph/quarantine"
"""What did not conform, with the reports that say why; never part of the merged default graph."""

_DA: Final = BASE + "diplomatic-acts#"


class DA:
    """Classes, properties and named values of ``ontology/diplomatic-acts.ttl``."""

    NS: Final = _DA

    # Act classes: the root, the speech-act families, then the acts themselves.
    Act: Final = _DA + "Act"
    Assertive: Final = _DA + "Assertive"
    Commissive: Final = _DA + "Commissive"
    Directive: Final = _DA + "Directive"
    Evaluative: Final = _DA + "Evaluative"
    Responsive: Final = _DA + "Responsive"
    Interaction: Final = _DA + "Interaction"
    Material: Final = _DA + "Material"
    State: Final = _DA + "State"
    Announce: Final = _DA + "Announce"
    Report: Final = _DA + "Report"
    Deny: Final = _DA + "Deny"
    ExpressHope: Final = _DA + "ExpressHope"
    ExpressConcern: Final = _DA + "ExpressConcern"
    DeclineComment: Final = _DA + "DeclineComment"
    Acknowledge: Final = _DA + "Acknowledge"
    Propose: Final = _DA + "Propose"
    Promise: Final = _DA + "Promise"
    ExpressReadiness: Final = _DA + "ExpressReadiness"
    Invite: Final = _DA + "Invite"
    Threaten: Final = _DA + "Threaten"
    Warn: Final = _DA + "Warn"
    Request: Final = _DA + "Request"
    Demand: Final = _DA + "Demand"
    Praise: Final = _DA + "Praise"
    Criticize: Final = _DA + "Criticize"
    Accuse: Final = _DA + "Accuse"
    Apologize: Final = _DA + "Apologize"
    Agree: Final = _DA + "Agree"
    Reject: Final = _DA + "Reject"
    Meet: Final = _DA + "Meet"
    Call: Final = _DA + "Call"
    Negotiate: Final = _DA + "Negotiate"
    Mediate: Final = _DA + "Mediate"
    Launch: Final = _DA + "Launch"
    Sign: Final = _DA + "Sign"
    Visit: Final = _DA + "Visit"
    Extradite: Final = _DA + "Extradite"
    Sanction: Final = _DA + "Sanction"
    Expel: Final = _DA + "Expel"
    Recall: Final = _DA + "Recall"
    Withdraw: Final = _DA + "Withdraw"
    Release: Final = _DA + "Release"
    Attack: Final = _DA + "Attack"
    Other: Final = _DA + "Other"

    # Who and what takes part.
    Entity: Final = _DA + "Entity"
    Person: Final = _DA + "Person"
    Organization: Final = _DA + "Organization"
    Place: Final = _DA + "Place"
    Event: Final = _DA + "Event"
    NilEntity: Final = _DA + "NilEntity"
    Country: Final = _DA + "Country"
    City: Final = _DA + "City"
    Agency: Final = _DA + "Agency"
    Ministry: Final = _DA + "Ministry"
    Bloc: Final = _DA + "Bloc"
    MediaOutlet: Final = _DA + "MediaOutlet"
    Territory: Final = _DA + "Territory"
    Region: Final = _DA + "Region"
    InternationalOrganization: Final = _DA + "InternationalOrganization"
    Government: Final = _DA + "Government"
    Parliament: Final = _DA + "Parliament"
    Military: Final = _DA + "Military"
    ArmedGroup: Final = _DA + "ArmedGroup"
    Party: Final = _DA + "Party"
    Company: Final = _DA + "Company"
    RoleTenure: Final = _DA + "RoleTenure"

    # Sources, claims and evidence.
    Article: Final = _DA + "Article"
    Attribution: Final = _DA + "Attribution"
    Mention: Final = _DA + "Mention"
    ActMention: Final = _DA + "ActMention"
    EntityMention: Final = _DA + "EntityMention"
    Condition: Final = _DA + "Condition"
    Time: Final = _DA + "Time"
    Run: Final = _DA + "Run"
    Derivation: Final = _DA + "Derivation"
    Rule: Final = _DA + "Rule"

    # Classes of named values.
    NamedValue: Final = _DA + "NamedValue"
    Polarity: Final = _DA + "Polarity"
    Tense: Final = _DA + "Tense"
    Certainty: Final = _DA + "Certainty"
    Precision: Final = _DA + "Precision"
    Basis: Final = _DA + "Basis"
    Decision: Final = _DA + "Decision"

    # Named values.
    Affirmed: Final = _DA + "Affirmed"
    Negated: Final = _DA + "Negated"
    PastTense: Final = _DA + "PastTense"
    PresentTense: Final = _DA + "PresentTense"
    FutureTense: Final = _DA + "FutureTense"
    Certain: Final = _DA + "Certain"
    Probable: Final = _DA + "Probable"
    Possible: Final = _DA + "Possible"
    DayPrecision: Final = _DA + "DayPrecision"
    MonthPrecision: Final = _DA + "MonthPrecision"
    YearPrecision: Final = _DA + "YearPrecision"
    UnknownPrecision: Final = _DA + "UnknownPrecision"
    ExplicitInText: Final = _DA + "ExplicitInText"
    FromPublicationDate: Final = _DA + "FromPublicationDate"
    Unresolved: Final = _DA + "Unresolved"
    Linked: Final = _DA + "Linked"
    Nil: Final = _DA + "Nil"
    Ambiguous: Final = _DA + "Ambiguous"

    # Properties of acts.
    agent: Final = _DA + "agent"
    addressee: Final = _DA + "addressee"
    participant: Final = _DA + "participant"
    onBehalfOf: Final = _DA + "onBehalfOf"
    topic: Final = _DA + "topic"
    content: Final = _DA + "content"
    within: Final = _DA + "within"
    place: Final = _DA + "place"
    time: Final = _DA + "time"
    reportedTime: Final = _DA + "reportedTime"
    conditionalOn: Final = _DA + "conditionalOn"
    hasAttribution: Final = _DA + "hasAttribution"
    hasMention: Final = _DA + "hasMention"
    repliesTo: Final = _DA + "repliesTo"
    accepts: Final = _DA + "accepts"
    rejects: Final = _DA + "rejects"
    denies: Final = _DA + "denies"
    contradicts: Final = _DA + "contradicts"
    sameStatementAs: Final = _DA + "sameStatementAs"
    codedAs: Final = _DA + "codedAs"
    inRole: Final = _DA + "inRole"
    unansweredIn: Final = _DA + "unansweredIn"

    # Properties of attributions, mentions, times and articles.
    ofAct: Final = _DA + "ofAct"
    attributedTo: Final = _DA + "attributedTo"
    relayedBy: Final = _DA + "relayedBy"
    polarity: Final = _DA + "polarity"
    tense: Final = _DA + "tense"
    certainty: Final = _DA + "certainty"
    inArticle: Final = _DA + "inArticle"
    evidence: Final = _DA + "evidence"
    trigger: Final = _DA + "trigger"
    decision: Final = _DA + "decision"
    rule: Final = _DA + "rule"
    confidence: Final = _DA + "confidence"
    expression: Final = _DA + "expression"
    precision: Final = _DA + "precision"
    basis: Final = _DA + "basis"
    earliest: Final = _DA + "earliest"
    latest: Final = _DA + "latest"
    outlet: Final = _DA + "outlet"
    url: Final = _DA + "url"
    contentHash: Final = _DA + "contentHash"

    # Properties of entities, tenures and runs.
    heldRole: Final = _DA + "heldRole"
    roleOf: Final = _DA + "roleOf"
    fromYear: Final = _DA + "fromYear"
    toYear: Final = _DA + "toYear"
    country: Final = _DA + "country"
    standsFor: Final = _DA + "standsFor"
    softwareVersion: Final = _DA + "softwareVersion"
    configurationHash: Final = _DA + "configurationHash"
    modelHash: Final = _DA + "modelHash"

    # Properties of derivations.
    byRule: Final = _DA + "byRule"
    derivedSubject: Final = _DA + "derivedSubject"
    derivedProperty: Final = _DA + "derivedProperty"
    derivedObject: Final = _DA + "derivedObject"

    # Properties of the reports in quarantine.
    failedPath: Final = _DA + "failedPath"
    failedValue: Final = _DA + "failedValue"

    # Annotations that kgbuild itself reads from the ontology.
    reportName: Final = _DA + "reportName"
    subtypeName: Final = _DA + "subtypeName"


class TOPIC:
    """The SKOS topics of ``ontology/topics.ttl``: ``TOPIC.NS + "cyber"``; see :func:`topics`."""

    NS: Final = BASE + "topic#"
    SCHEME: Final = BASE + "topic#scheme"


class RDF:
    """RDF terms."""

    NS: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    type: Final = NS + "type"
    langString: Final = NS + "langString"


class RDFS:
    """RDF Schema terms."""

    NS: Final = "http://www.w3.org/2000/01/rdf-schema#"
    label: Final = NS + "label"
    comment: Final = NS + "comment"
    subClassOf: Final = NS + "subClassOf"


class OWL:
    """OWL terms."""

    NS: Final = "http://www.w3.org/2002/07/owl#"
    Class: Final = NS + "Class"
    NamedIndividual: Final = NS + "NamedIndividual"
    Ontology: Final = NS + "Ontology"
    imports: Final = NS + "imports"


class XSD:
    """The datatypes that occur in the graph."""

    NS: Final = "http://www.w3.org/2001/XMLSchema#"
    string: Final = NS + "string"
    integer: Final = NS + "integer"
    decimal: Final = NS + "decimal"
    boolean: Final = NS + "boolean"
    dateTime: Final = NS + "dateTime"
    anyURI: Final = NS + "anyURI"


class SKOS:
    """SKOS terms."""

    NS: Final = "http://www.w3.org/2004/02/skos/core#"
    Concept: Final = NS + "Concept"
    ConceptScheme: Final = NS + "ConceptScheme"
    prefLabel: Final = NS + "prefLabel"
    altLabel: Final = NS + "altLabel"
    definition: Final = NS + "definition"
    example: Final = NS + "example"
    notation: Final = NS + "notation"
    inScheme: Final = NS + "inScheme"
    broader: Final = NS + "broader"
    exactMatch: Final = NS + "exactMatch"
    closeMatch: Final = NS + "closeMatch"
    broadMatch: Final = NS + "broadMatch"


class DCTERMS:
    """Dublin Core terms."""

    NS: Final = "http://purl.org/dc/terms/"
    identifier: Final = NS + "identifier"
    title: Final = NS + "title"
    language: Final = NS + "language"
    issued: Final = NS + "issued"


class OA:
    """Web Annotation terms."""

    NS: Final = "http://www.w3.org/ns/oa#"
    Annotation: Final = NS + "Annotation"
    SpecificResource: Final = NS + "SpecificResource"
    TextPositionSelector: Final = NS + "TextPositionSelector"
    TextQuoteSelector: Final = NS + "TextQuoteSelector"
    hasBody: Final = NS + "hasBody"
    hasTarget: Final = NS + "hasTarget"
    hasSource: Final = NS + "hasSource"
    hasSelector: Final = NS + "hasSelector"
    start: Final = NS + "start"
    end: Final = NS + "end"
    exact: Final = NS + "exact"
    prefix: Final = NS + "prefix"
    suffix: Final = NS + "suffix"


class PROV:
    """PROV-O terms."""

    NS: Final = "http://www.w3.org/ns/prov#"
    Activity: Final = NS + "Activity"
    Entity: Final = NS + "Entity"
    used: Final = NS + "used"
    wasGeneratedBy: Final = NS + "wasGeneratedBy"
    wasAttributedTo: Final = NS + "wasAttributedTo"
    wasDerivedFrom: Final = NS + "wasDerivedFrom"
    endedAtTime: Final = NS + "endedAtTime"


PLOVER: Final = BASE + "plover#"
CAMEO: Final = BASE + "cameo#"

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "act": ACT,
        "art": ARTICLE,
        "att": ATTRIBUTION,
        "cameo": CAMEO,
        "cond": CONDITION,
        "da": DA.NS,
        "dcterms": DCTERMS.NS,
        "der": DERIVATION,
        "ent": ENTITY,
        "men": MENTION,
        "oa": OA.NS,
        "org": "http://www.w3.org/ns/org#",
        "owl": OWL.NS,
        "plover": PLOVER,
        "prov": PROV.NS,
        "rdf": RDF.NS,
        "rdfs": RDFS.NS,
        "rule": RULE,
        "schema": "https://schema.org/",
        "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": SKOS.NS,
        "ten": TENURE,
        "tim": TIME_NODE,
        "time": "http://www.w3.org/2006/time#",
        "topic": TOPIC.NS,
        "wd": WIKIDATA,
        "xsd": XSD.NS,
    }
)

KINDS: Final[Mapping[Kind, str]] = MappingProxyType({kind: DA.NS + kind.value for kind in Kind})
POLARITIES: Final[Mapping[Polarity, str]] = MappingProxyType(
    {Polarity.AFFIRMED: DA.Affirmed, Polarity.NEGATED: DA.Negated}
)
TENSES: Final[Mapping[Tense, str]] = MappingProxyType(
    {Tense.PAST: DA.PastTense, Tense.PRESENT: DA.PresentTense, Tense.FUTURE: DA.FutureTense}
)
CERTAINTIES: Final[Mapping[Certainty, str]] = MappingProxyType(
    {Certainty.CERTAIN: DA.Certain, Certainty.PROBABLE: DA.Probable, Certainty.POSSIBLE: DA.Possible}
)
PRECISIONS: Final[Mapping[Precision, str]] = MappingProxyType(
    {
        Precision.DAY: DA.DayPrecision,
        Precision.MONTH: DA.MonthPrecision,
        Precision.YEAR: DA.YearPrecision,
        Precision.UNKNOWN: DA.UnknownPrecision,
    }
)
BASES: Final[Mapping[Basis, str]] = MappingProxyType(
    {
        Basis.EXPLICIT: DA.ExplicitInText,
        Basis.PUBLICATION: DA.FromPublicationDate,
        Basis.UNRESOLVED: DA.Unresolved,
    }
)
DECISIONS: Final[Mapping[Decision, str]] = MappingProxyType(
    {Decision.LINKED: DA.Linked, Decision.NIL: DA.Nil, Decision.AMBIGUOUS: DA.Ambiguous}
)


def _load(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise DataFileError(
            f"{path.name}, line {error.lineno}: {error.msg}. Correct the Turtle there."
        ) from error


def _literals(path: Path, predicate: str) -> list[tuple[str, str]]:
    """Subject's IRI and literal's text of each statement with ``predicate``, sorted."""
    return sorted(
        (quad.subject.value, quad.object.value)
        for quad in _load(path)
        if quad.predicate.value == predicate
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
    )


def read_act_classes(path: Path) -> dict[str, str]:
    """Local name of every act class in the ontology at ``path``, and the name it is reported under.

    A class is reported under the ``da:reportName`` of its nearest superclass that has one, itself
    included. The root and the speech-act families have none: no act is typed with them.

    Raises:
        DataFileError: if the file is no Turtle, or a class has two nearest names.

    """
    names = dict(_literals(path, DA.reportName))
    parents: dict[str, set[str]] = {}
    for quad in _load(path):
        subclass = quad.predicate.value == RDFS.subClassOf
        if subclass and isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            parents.setdefault(quad.subject.value, set()).add(quad.object.value)
    found: dict[str, str] = {}
    for iri in sorted({*parents, *names}):
        level, seen = {iri}, {iri}
        while level and not level & names.keys():
            level = {parent for child in level for parent in parents.get(child, ())} - seen
            seen |= level
        nearest = sorted({names[one] for one in level & names.keys()})
        if len(nearest) > 1:
            raise DataFileError(
                f"{path.name}: {iri} is reported as {' and as '.join(nearest)}. "
                "Give it a da:reportName of its own, or one superclass."
            )
        if nearest:
            found[iri.removeprefix(DA.NS)] = nearest[0]
    return found


@cache
def act_classes() -> Mapping[str, str]:
    """Act classes of the bundled ontology: local name (``Visit``) to reported name (``Meet``)."""
    return MappingProxyType(read_act_classes(data_path("ontology", "diplomatic-acts.ttl")))


def report_name(act_class: str) -> str:
    """Return the contract's name for an act class, given by IRI or local name.

    Raises:
        DataFileError: if the ontology has no such act class.

    """
    name = act_class.removeprefix(DA.NS)
    try:
        return act_classes()[name]
    except KeyError:
        raise DataFileError(
            f"{act_class} is no act class of ontology/diplomatic-acts.ttl. "
            f"Use one of: {', '.join(sorted(act_classes()))}."
        ) from None


@cache
def subtype_classes() -> Mapping[str, str]:
    """Values of the gazetteer's ``subtype`` column that the ontology has a class for, with its IRI."""
    literals = _literals(data_path("ontology", "diplomatic-acts.ttl"), DA.subtypeName)
    return MappingProxyType({name: iri for iri, name in literals})


@cache
def topics() -> Mapping[str, str]:
    """Contract names (``skos:notation``) of the bundled topics, each with its IRI."""
    literals = _literals(data_path("ontology", "topics.ttl"), SKOS.notation)
    return MappingProxyType({name: iri for iri, name in literals})
