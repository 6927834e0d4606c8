"""Terms of other vocabularies, and of the lists of codes and topics beside the ontology."""

# ruff: noqa: N815  (a term is spelled here as it is in its ontology)

from typing import Final

from kgbuild.vocab.bases import BASE


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
