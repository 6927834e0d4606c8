import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.formats.TurtleDocumentFormat;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.io.OWLOntologyLoaderMetaData;
import org.semanticweb.owlapi.model.EntityType;
import org.semanticweb.owlapi.model.MissingImportHandlingStrategy;
import org.semanticweb.owlapi.model.OWLDocumentFormat;
import org.semanticweb.owlapi.model.OWLEntity;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.model.parameters.Imports;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;

/**
 * Reads each Turtle file given, as Protege would, and prints one JSON object a line of what the OWL API and
 * HermiT say of it. Run: java -cp 'JARS/*' OwlCheck.java FILE...
 */
public class OwlCheck {
    public static void main(String[] files) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String file : files) {
            out.println(check(new File(file)));
        }
    }

    private static String check(File file) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        OWLOntologyLoaderConfiguration strict = new OWLOntologyLoaderConfiguration()
                .setMissingImportHandlingStrategy(MissingImportHandlingStrategy.THROW_EXCEPTION);
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(
                new FileDocumentSource(file, new TurtleDocumentFormat()), strict);

        List<String> fields = new ArrayList<>();
        fields.add(pair("file", quote(file.getName())));
        fields.add(pair("axioms", String.valueOf(ontology.getAxiomCount())));
        fields.add(pair("undeclared", list(ontology.signature(Imports.INCLUDED)
                .filter(entity -> isTerm(entity) && !entity.isBuiltIn())
                .filter(entity -> !ontology.isDeclared(entity, Imports.INCLUDED))
                .map(OwlCheck::name).sorted().distinct().collect(Collectors.toList()))));
        fields.add(pair("guessed", list(guessed(manager.getOntologyFormat(ontology)))));
        fields.add(pair("unparsed", list(unparsed(manager.getOntologyFormat(ontology)))));
        fields.add(pair("violations", list(new OWL2DLProfile().checkOntology(ontology).getViolations().stream()
                .map(String::valueOf).sorted().collect(Collectors.toList()))));
        try {
            Reasoner reasoner = new Reasoner(new Configuration(), ontology);
            boolean consistent = reasoner.isConsistent();
            fields.add(pair("consistent", String.valueOf(consistent)));
            fields.add(pair("unsatisfiable", list(!consistent ? List.of()
                    : reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom().stream()
                            .map(OwlCheck::name).sorted().collect(Collectors.toList()))));
            fields.add(pair("reasoner_error", "null"));
            reasoner.dispose();
        } catch (RuntimeException error) {
            fields.add(pair("consistent", "null"));
            fields.add(pair("unsatisfiable", "[]"));
            fields.add(pair("reasoner_error", quote(String.valueOf(error.getMessage()))));
        }
        return "{" + String.join(", ", fields) + "}";
    }

    /** Individuals need no declaration in OWL 2 DL; classes, properties and datatypes do. */
    private static boolean isTerm(OWLEntity entity) {
        return entity.getEntityType() != EntityType.NAMED_INDIVIDUAL;
    }

    private static String name(OWLEntity entity) {
        return entity.getIRI().toString();
    }

    private static List<String> guessed(OWLDocumentFormat format) {
        return format.getOntologyLoaderMetaData().map(OWLOntologyLoaderMetaData::getGuessedDeclarations)
                .map(found -> found.keySet().stream().map(String::valueOf).sorted().distinct()
                        .collect(Collectors.toList()))
                .orElse(List.of());
    }

    private static List<String> unparsed(OWLDocumentFormat format) {
        return format.getOntologyLoaderMetaData()
                .map(found -> found.getUnparsedTriples().map(String::valueOf).sorted()
                        .collect(Collectors.toList()))
                .orElse(List.of());
    }

    private static String pair(String key, String json) {
        return quote(key) + ": " + json;
    }

    private static String list(Collection<String> items) {
        return items.stream().map(OwlCheck::quote).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quote(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
