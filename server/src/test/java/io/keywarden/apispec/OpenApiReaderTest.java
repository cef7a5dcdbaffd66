package io.keywarden.apispec;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.apispec.ApiReading.Problem;
import io.keywarden.token.Action;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenApiReaderTest {
    private static final OpenApiReader.Options USUAL = new OpenApiReader.Options(Optional.empty(), Map.of());

    @Nested
    final class Understood {
        @Test
        void read_jsonAndYaml_areTheSame() {
            List<DescribedCall> json =
                    calls("{\"openapi\": \"3.0.3\", \"paths\": {\"/a\": {\"get\": {\"operationId\": \"x\"}}}}");
            assertThat(calls("openapi: 3.0.3\npaths: {/a: {get: {operationId: x}}}"))
                    .isEqualTo(json);
            assertThat(json).hasSize(1);
        }

        @Test
        void read_methods_amountToWhatTheyUsuallyDo() {
            List<DescribedCall> calls = calls(
                    paths("/a: {get: {}, post: {}, put: {}, patch: {}, delete: {}, options: {}}\n  /b: {head: {}}"));
            assertThat(calls)
                    .extracting(call -> call.request().method() + " "
                            + call.effect().action() + " " + call.effect().rule())
                    .containsExactlyInAnyOrder(
                            "GET READ GET",
                            "POST CREATE POST",
                            "PUT EDIT PUT",
                            "PATCH EDIT PATCH",
                            "DELETE DELETE DELETE",
                            "OPTIONS READ OPTIONS",
                            "HEAD READ HEAD");
        }

        @Test
        void read_methodActions_comeFirstAndExtensionsBeforeThem() {
            OpenApiReader.Options options = new OpenApiReader.Options(Optional.empty(), Map.of("POST", Action.READ));
            String text =
                    paths("/a: {post: {}}\n  /b: {post: {x-keywarden-action: DELETE, x-keywarden-restricted: true,"
                            + " x-keywarden-operation: b}}");
            List<DescribedCall> calls = understood(OpenApiReader.read(text, options));
            assertThat(calls.get(0).effect())
                    .isEqualTo(new DescribedCall.Effect(Action.READ, "POST", true, Optional.empty()));
            assertThat(calls.get(1).effect())
                    .isEqualTo(new DescribedCall.Effect(Action.DELETE, "x-keywarden-action", true, Optional.of(true)));
            assertThat(calls.get(1).names().chosen()).contains("b");
        }

        @Test
        void read_servers_nearestOneIsPutInFront() {
            String text = """
                    openapi: 3.1.0
                    servers: [{url: "https://a.example/v1/"}, {url: "https://b.example/v1"}]
                    paths:
                      /a: {get: {}}
                      /b: {servers: [{url: /v2}], get: {}, post: {servers: [{url: "//c.example"}]}}
                    """;
            assertThat(calls(text))
                    .extracting(call -> call.request().path())
                    .containsExactlyInAnyOrder("/v1/a", "/v2/b", "/b");
            OpenApiReader.Options base = new OpenApiReader.Options(Optional.of("/api"), Map.of());
            assertThat(understood(OpenApiReader.read(text, base)))
                    .extracting(call -> call.request().path())
                    .containsExactlyInAnyOrder("/api/a", "/api/b", "/api/b");
        }

        @Test
        void read_parameters_becomeVariables() {
            assertThat(calls(paths("/a/{order-id}/{line.no}/{2nd}: {get: {}}")))
                    .extracting(call -> call.request().path())
                    .containsExactly("/a/{order_id}/{line_no}/{p_2nd}");
        }

        @Test
        void read_headBesideTheSameGet_isPartOfIt() {
            assertThat(calls(paths("/a: {get: {tags: [x]}, head: {tags: [x]}}")))
                    .hasSize(1);
        }

        @Test
        void read_whatIsNotLookedAt_mayBeWrong() {
            String text = paths("/a/{id}: {get: {responses: {\"200\": {content: 5}}}}") + "\ncomponents: {schemas: 7}";
            assertThat(calls(text)).hasSize(1);
        }
    }

    @Nested
    final class Refused {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/a/../b: {get: {}}",
                    "/a//b: {get: {}}",
                    "/a%2Fb: {get: {}}",
                    "a: {get: {}}",
                    "/a;b: {get: {}}",
                    "/report.{format}: {get: {}}",
                    "/{a}{b}: {get: {}}",
                    "/{a}/{a}: {get: {}}",
                    "/{rest*}: {get: {}}",
                    "/a: {fetch: {}}",
                    "/a: {get: {tags: x}}",
                    "/a: {get: 5}",
                    "/a: {get: {x-keywarden-action: read}}",
                    "/a: {get: {x-keywarden-restricted: maybe}}",
                    "/a: {get: {x-keywarden-operation: Not A Label}}",
                    "/a: {get: {operationId: x}, post: {operationId: x}}",
                    "/a: {get: {}, head: {x-keywarden-action: DELETE}}",
                    "/a: {servers: [{url: /v1}, {url: /v2}], get: {}}",
                    "/a: {servers: [{url: \"/{version}\"}], get: {}}",
                    "/a: {servers: [{url: v1}], get: {}}",
                    "/a: {$ref: \"#/components/x\"}",
                    "/a: {get: {}}\n  /a: {post: {}}",
                    "{}"
                })
        void read_onePathIsWrong_refused(String path) {
            assertThat(problems(paths(path))).isNotEmpty();
        }

        @Test
        void read_segmentMixesTextAndParameter_saysWhereAndWhat() {
            assertThat(problems(paths("/report.{format}: {get: {}}")))
                    .singleElement()
                    .hasToString("at paths./report.{format} a variable to be a whole segment, {name} or at the end"
                            + " {name=**}, not report.{format}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "[]",
                    "5",
                    "{",
                    "{\"openapi\": \"3.0.3\", \"paths\": {}} {}",
                    "openapi: 3.0.3\npaths: {/a: {get: {}}}\n---\nopenapi: 3.0.3",
                    "swagger: '2.0'\npaths: {/a: {get: {}}}",
                    "openapi: 4.0.0\npaths: {/a: {get: {}}}",
                    "openapi: 3.0.3",
                    "{\"openapi\": \"3.0.3\", \"openapi\": \"3.0.3\", \"paths\": {\"/a\": {\"get\": {}}}}",
                    "!!javax.script.ScriptEngineManager [!!java.net.URL [\"http://127.0.0.1/\"]]"
                })
        void read_noDocument_refused(String text) {
            assertThat(problems(text)).isNotEmpty();
        }

        @Test
        void read_referenceElsewhere_refusedAndNothingIsFetched() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                socket.setSoTimeout(1);
                String remote = "http://127.0.0.1:" + socket.getLocalPort() + "/x.yaml";
                for (String reference : List.of(remote, remote + "#/a", "file:///etc/hostname", "other.yaml#/a")) {
                    String quoted = "{$ref: \"" + reference + "\"}";
                    assertThat(problems(paths("/a: " + quoted))).isNotEmpty();
                    assertThat(problems(paths("/a: {get: {responses: {\"200\": " + quoted + "}}}")))
                            .singleElement()
                            .extracting(Problem::where)
                            .isEqualTo("paths./a.get.responses.200.$ref");
                    assertThat(problems(paths("/a: {get: {parameters: [" + quoted + "]}}")))
                            .isNotEmpty();
                }
                assertThat(org.assertj.core.api.Assertions.catchThrowable(socket::accept))
                        .isInstanceOf(SocketTimeoutException.class);
            }
        }

        @Test
        void read_tooMuch_refusedInTime() {
            String nested = "[".repeat(200) + "]".repeat(200);
            assertThat(problems("{\"openapi\": \"3.0.3\", \"x\": " + nested + "}"))
                    .isNotEmpty();
            assertThat(problems("openapi: 3.0.3\nx: " + nested)).isNotEmpty();
            assertThat(problems("openapi: 3.0.3\nx: " + "é".repeat(5 * 1024 * 1024 / 2)))
                    .extracting(Problem::expected)
                    .containsExactly("at most 4 MiB");
            assertThat(problems("{\"openapi\": \"3.0.3\", \"x\": [" + "1,".repeat(1_000_000) + "1]}"))
                    .extracting(Problem::expected)
                    .containsExactly("at most 1000000 keys and values");
        }

        @Test
        void read_billionLaughs_refusedAsWritten() {
            StringBuilder text = new StringBuilder("openapi: 3.0.3\na0: &a0 [lol]\n");
            for (int i = 1; i < 30; i++) {
                text.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
            }
            assertThat(problems(text.append("paths: {/a: {get: {}}}").toString()))
                    .extracting(Problem::expected)
                    .containsExactly("YAML without aliases (*name): written out");
        }
    }

    private static String paths(String paths) {
        return "openapi: 3.0.3\npaths:\n  " + paths;
    }

    private static List<DescribedCall> calls(String text) {
        return understood(OpenApiReader.read(text, USUAL));
    }

    private static List<DescribedCall> understood(ApiReading reading) {
        return reading.fold(ApiReading.Understood::calls, refused -> {
            throw new AssertionError(refused.problems());
        });
    }

    private static List<Problem> problems(String text) {
        return OpenApiReader.read(text, USUAL).fold(understood -> List.of(), ApiReading.Refused::problems);
    }
}
