package io.keywarden.apispec;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywarden.apispec.ApiReading.Problem;
import io.keywarden.token.Action;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads OpenAPI 3 documents. The library gets a tree that was read within bounds, is told to resolve nothing, and finds no
 * reference in it that leads out of the document.
 */
public final class OpenApiReader {
    private static final String REFERENCE = "$ref";
    /** What the library says of what is read here. Much of what it says of schemas and examples is of no interest. */
    private static final Pattern OF_INTEREST =
            Pattern.compile(".*operationId is repeated|attribute (?:openapi|paths|servers|tags)[^'(]*"
                    + "|attribute paths\\.'[^']*'(?:\\([a-z]+\\))?\\.?[A-Za-z$-]* is (?:unexpected|not of type .*)"
                    + "|attribute paths\\.'[^']*'(?:\\([a-z]+\\))?\\.(?:servers|tags)\\b.*");

    private OpenApiReader() {}

    /**
     * How a document is read.
     *
     * @param basePath what its paths begin with, instead of what its servers say
     * @param methodActions what methods amount to, instead of what they usually do
     */
    public record Options(Optional<String> basePath, Map<String, Action> methodActions) {
        /** Copies the map. */
        public Options {
            methodActions = Map.copyOf(methodActions);
        }
    }

    /** Reads a document, JSON or YAML. */
    public static ApiReading read(String text, Options options) {
        JsonNode tree;
        try {
            tree = DocumentTree.read(text);
        } catch (DocumentTree.NotRead e) {
            return ApiReading.Refused.of("", String.valueOf(e.getMessage()));
        }
        String version = tree.path("openapi").asText();
        if (!version.startsWith("3.0.") && !version.startsWith("3.1.")) {
            return ApiReading.Refused.of("openapi", "OpenAPI 3.0 or 3.1, such as 3.0.3");
        }
        List<Problem> problems = new ArrayList<>();
        requireNoReferenceOut(tree, "", problems);
        if (!problems.isEmpty()) {
            return new ApiReading.Refused(problems);
        }
        Optional<OpenAPI> api = parse(tree, problems);
        if (api.isEmpty() || !problems.isEmpty()) {
            return problems.isEmpty()
                    ? ApiReading.Refused.of("", "an OpenAPI document")
                    : new ApiReading.Refused(problems);
        }
        return new PathReader(options, problems).read(api.get());
    }

    private static Optional<OpenAPI> parse(JsonNode tree, List<Problem> problems) {
        ParseOptions resolvesNothing = new ParseOptions();
        resolvesNothing.setResolve(false);
        resolvesNothing.setResolveFully(false);
        resolvesNothing.setFlatten(false);
        SwaggerParseResult result = new OpenAPIV3Parser().parseJsonNode(null, tree, resolvesNothing);
        List<String> messages = result.getMessages() == null ? List.of() : result.getMessages();
        messages.stream()
                .filter(message -> OF_INTEREST.matcher(message).matches())
                .forEach(message -> problems.add(new Problem("", "a valid document; " + message)));
        return Optional.ofNullable(result.getOpenAPI());
    }

    private static void requireNoReferenceOut(JsonNode node, String where, List<Problem> problems) {
        JsonNode reference = node.path(REFERENCE);
        if (reference.isTextual() && !reference.textValue().startsWith("#/")) {
            problems.add(new Problem(
                    where + "." + REFERENCE,
                    "a reference within the document (#/…): nothing is fetched, so bundle it"));
        }
        node.properties()
                .forEach(property -> requireNoReferenceOut(
                        property.getValue(),
                        where.isEmpty() ? property.getKey() : where + "." + property.getKey(),
                        problems));
        if (node.isArray()) {
            node.forEach(element -> requireNoReferenceOut(element, where + "[]", problems));
        }
    }
}
