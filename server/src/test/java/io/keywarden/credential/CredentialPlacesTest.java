package io.keywarden.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.keywarden.credential.Credential.Claim;
import io.keywarden.credential.Credential.Presented;
import io.keywarden.testkit.Samples;
import io.keywarden.token.CredentialSource;
import io.keywarden.token.CredentialSource.Form;
import io.keywarden.token.CredentialSource.Place;
import io.keywarden.token.TokenSecret;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Query parameters, cookies and subprotocols: where a credential is found, and what remains without it. */
class CredentialPlacesTest {
    private static final TokenSecret SECRET = TokenSecret.of("S".repeat(TokenSecret.LENGTH));
    private static final String TOKEN = TokenText.format("kw", Samples.TOKEN_ID, SECRET);
    private static final String ENCODED = TOKEN.replace("_", "%5F");
    private static final Claim OURS = new Claim.OfToken(Samples.TOKEN_ID);

    @ParameterizedTest
    @EnumSource
    void parse_everyPlaceOfEachForm_oneIsPresentedAndTwoAreDuplicate(Form form) {
        Random random = new Random(11);
        List<CredentialSource> sources = sources(form);
        for (int round = 0; round < 200; round++) {
            for (CredentialSource one : sources) {
                PlacedRequest once = new PlacedRequest().with(one, text(form)).withOthers(random);
                assertThat(parse(sources, once)).isInstanceOfSatisfying(Presented.class, presented -> {
                    assertThat(presented.claim()).isEqualTo(claim(form));
                    assertThat(presented.hiding().toString()).doesNotContain("SSSS", "opaque");
                });
                for (CredentialSource other : sources) {
                    PlacedRequest twice = new PlacedRequest()
                            .with(one, text(form))
                            .with(other, random.nextBoolean() ? text(form) : "nonsense")
                            .withOthers(random);
                    assertThat(parse(sources, twice)).isEqualTo(Credential.DUPLICATE);
                }
            }
            assertThat(parse(sources, new PlacedRequest().withOthers(random))).isEqualTo(Credential.ABSENT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?key=TOKEN",
                "?key=ENCODED",
                "?a=%zz&key=TOKEN&b",
                "?&&key=TOKEN&",
                "?=x&key=TOKEN",
                "?Key=x&key=TOKEN",
                "?key%20=x&key=TOKEN",
                "?a=b?key=x&key=TOKEN",
                "?a=1;key=x&key=TOKEN"
            })
    void parse_queryParameter_isPresented(String query) {
        assertPresented(query(query), new Hiding.RemoveQueryParameter("key"));
    }

    /** Envoy compares names as they were sent: the decoded name would leave the parameter where it is. */
    @ParameterizedTest
    @ValueSource(strings = {"k%65y", "%6bey", "%6B%65%79"})
    void parse_queryParameterWhoseNameIsEscaped_isHiddenByWhatWasSent(String name) {
        assertPresented(query("?" + name + "=TOKEN"), new Hiding.RemoveQueryParameter(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?key",
                "?key=",
                "?key=TOKEN+",
                "?key=+TOKEN",
                "?key=TOKEN#",
                "?key=TOKEN%",
                "?key=TOKEN%2",
                "?key=%zzTOKEN",
                "?key=TOKEN%00",
                "?key=TOKEN%20",
                "?key==TOKEN",
                "?key=\u00e9",
                "?key=%C3%A9",
                "?key=%ef%bc%91"
            })
    void parse_queryParameterThatIsNoCredential_isMalformed(String query) {
        assertThat(query(query)).isEqualTo(Credential.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?key=TOKEN&key=TOKEN",
                "?key=TOKEN&k%65y=TOKEN",
                "?key&key=TOKEN",
                "?key=TOKEN&key",
                "?key=TOKEN,TOKEN",
                "?key=TOKEN%2C"
            })
    void parse_queryParameterTwice_isDuplicate(String query) {
        assertThat(query(query)).isEqualTo(Credential.DUPLICATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?", "?Key=TOKEN", "?keys=TOKEN", "?ke=y", "?k%6=y", "?a=key=TOKEN", "?ke%zz=x", "/key=TOKEN"
            })
    void parse_noQueryParameterOfThatName_isAbsent(String query) {
        assertThat(query(query)).isEqualTo(Credential.ABSENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kw=TOKEN|",
                "kw=TOKEN;|",
                ";kw=TOKEN|",
                "a=b; kw=TOKEN; c=d|a=b; c=d",
                "a=b;kw=TOKEN;;c|a=b; c",
                "KW=x; kw=TOKEN|KW=x",
                "a=kw=x; kw=TOKEN|a=kw=x",
                "a=\"x,y\"; kw=TOKEN|a=\"x,y\""
            })
    void parse_cookie_isPresentedAndTheOthersRemain(String header, String others) {
        Hiding hiding = others == null ? new Hiding.RemoveHeader("cookie") : new Hiding.ReplaceHeader("cookie", others);
        assertPresented(cookie(header), hiding);
    }

    @Test
    void parse_cookieHeaders_areOneList() {
        assertPresented(cookie("a=b", "kw=TOKEN", "c=d; e=f"), new Hiding.ReplaceHeader("cookie", "a=b; c=d; e=f"));
    }

    @Test
    void parse_otherCookiesOutsideOfAscii_remainAsTheTextThatTheyAre() {
        String utf8 = new String("n=\u00e9\u20ac".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertPresented(cookie(utf8 + "; kw=TOKEN"), new Hiding.ReplaceHeader("cookie", "n=\u00e9\u20ac"));
        assertPresented(cookie("n=\u20ac\u00e9; kw=TOKEN"), new Hiding.ReplaceHeader("cookie", "n=\u20ac\u00e9"));
        for (char noText : new char[] {'\u0080', '\u00e9', '\u00ff'}) {
            assertPresented(cookie("n=" + noText + "; kw=TOKEN"), new Hiding.RemoveHeader("cookie"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kw", "kw=", "kw =TOKEN", "kw= TOKEN", "kw=\"TOKEN\"", "kw=TOKEN x", "kw==TOKEN"})
    void parse_cookieThatIsNoCredential_isMalformed(String header) {
        assertThat(cookie(header)).isEqualTo(Credential.MALFORMED);
    }

    @Test
    void parse_cookieTwice_isDuplicate() {
        assertThat(cookie("kw=TOKEN; kw=TOKEN")).isEqualTo(Credential.DUPLICATE);
        assertThat(cookie("kw=TOKEN", "kw=x")).isEqualTo(Credential.DUPLICATE);
        assertThat(cookie("kw=TOKEN,kw=TOKEN")).isEqualTo(Credential.DUPLICATE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "keywarden.TOKEN|",
                "chat, keywarden.TOKEN|chat",
                "keywarden.TOKEN ,chat,,v2|chat, v2",
                "Keywarden.x, keywarden.TOKEN|Keywarden.x"
            })
    void parse_subprotocol_isPresentedAndTheOthersRemain(String header, String others) {
        String name = "sec-websocket-protocol";
        Hiding hiding = others == null ? new Hiding.RemoveHeader(name) : new Hiding.ReplaceHeader(name, others);
        assertPresented(subprotocol(header), hiding);
    }

    @Test
    void parse_subprotocolHeaders_areOneList() {
        Hiding hiding = new Hiding.ReplaceHeader("sec-websocket-protocol", "chat");
        assertPresented(subprotocol("chat", "keywarden.TOKEN"), hiding);
        assertThat(subprotocol("keywarden.TOKEN", "keywarden.TOKEN")).isEqualTo(Credential.DUPLICATE);
    }

    @Test
    void parse_subprotocolThatIsNoCredential_isMalformed() {
        assertThat(subprotocol("keywarden.")).isEqualTo(Credential.MALFORMED);
        assertThat(subprotocol("keywarden.TOKENx")).isEqualTo(Credential.MALFORMED);
        assertThat(subprotocol("keywarden. TOKEN")).isEqualTo(Credential.MALFORMED);
        assertThat(subprotocol("keywarden")).isEqualTo(Credential.ABSENT);
        assertThat(subprotocol("xkeywarden.TOKEN")).isEqualTo(Credential.ABSENT);
    }

    @Test
    void parse_longerThanTheLimit_isMalformed() {
        String most = "o".repeat(CredentialForms.MAX_FOREIGN);
        for (CredentialSource source : sources(Form.OPAQUE)) {
            assertThat(parse(List.of(source), new PlacedRequest().with(source, most)))
                    .isInstanceOf(Presented.class);
            assertThat(parse(List.of(source), new PlacedRequest().with(source, most + "o")))
                    .isEqualTo(Credential.MALFORMED);
            assertThat(parse(List.of(source), new PlacedRequest().with(source, "%6f".repeat(20_000))))
                    .isEqualTo(Credential.MALFORMED);
            // 513 characters that spell 171.
            assertThat(parse(List.of(source), new PlacedRequest().with(source, "%6f".repeat(171))))
                    .isEqualTo(Credential.MALFORMED);
        }
    }

    @Test
    void parse_escapesUpToTheLimit_isPresented() {
        List<CredentialSource> sources = sources(Form.OPAQUE);
        CredentialSource query = sources.get(2);
        // 512 characters that spell 172.
        assertThat(parse(sources, new PlacedRequest().with(query, "oo" + "%6f".repeat(170))))
                .isInstanceOf(Presented.class);
        assertThat(parse(sources, new PlacedRequest().with(query, "ooo" + "%6f".repeat(170))))
                .isEqualTo(Credential.MALFORMED);
    }

    @Test
    void parse_queryWithNoPathBeforeIt_isRead() {
        RequestQuery query = RequestQuery.of(fill("?key=TOKEN"));
        assertPresented(
                CredentialParser.parse(
                        sources(Form.TOKEN), RequestHeaders.builder().build(), query),
                new Hiding.RemoveQueryParameter("key"));
    }

    @Test
    void equals_queries_areThoseOfOneText() {
        assertThat(RequestQuery.of("/?a")).isEqualTo(RequestQuery.of("/?a")).isNotEqualTo(RequestQuery.of("/?b"));
        assertThat(RequestQuery.of("/?a"))
                .hasSameHashCodeAs(RequestQuery.of("/?a"))
                .isNotEqualTo("/?a");
        assertThat(RequestQuery.of("/?a").hashCode())
                .isNotEqualTo(RequestQuery.of("/?b").hashCode());
    }

    @Test
    void parse_othersInTheSameHeaders_mayBeAsLongAsTheyLike() {
        String big = "b".repeat(30_000);
        assertPresented(cookie("a=" + big + "; kw=TOKEN"), new Hiding.ReplaceHeader("cookie", "a=" + big));
        assertPresented(query("?a=" + big + "&key=TOKEN"), new Hiding.RemoveQueryParameter("key"));
    }

    @Test
    void parse_anyText_neverThrows() {
        Random random = new Random(12);
        String letters = "kwey=&;,?%+#265 \"." + TOKEN;
        List<CredentialSource> sources = sources(Form.OPAQUE);
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            RequestHeaders headers = RequestHeaders.builder()
                    .add("cookie", text.toString())
                    .add("sec-websocket-protocol", text.toString())
                    .build();
            assertThatCode(() -> CredentialParser.parse(sources, headers, RequestQuery.of("/?" + text)))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void toString_ofAll_hidesTheSecret() {
        PlacedRequest request = new PlacedRequest();
        sources(Form.TOKEN).forEach(source -> request.with(source, TOKEN));
        assertThat(request.query().toString()).doesNotContain("SSSS").contains("hidden");
        assertThat(cookie("kw=TOKEN; a=SSSS").toString()).doesNotContain("SSSS");
        assertThat(ListedHeader.COOKIES.find(sources(Form.TOKEN), request.headers()))
                .asString()
                .doesNotContain("SSSS");
        assertThat(new Filled(Place.COOKIE, "kw", TOKEN, 0, new Hiding.RemoveHeader("cookie")))
                .hasToString("Filled[COOKIE]");
        assertThat(new Hiding.ReplaceHeader("cookie", "a=" + TOKEN)).hasToString("ReplaceHeader[cookie]");
    }

    private static List<CredentialSource> sources(Form form) {
        return List.of(
                new CredentialSource(Place.AUTHORIZATION_SCHEME, "own", form),
                new CredentialSource(Place.HEADER, "x-own", form),
                new CredentialSource(Place.QUERY_PARAMETER, "key", form),
                new CredentialSource(Place.COOKIE, "kw", form),
                new CredentialSource(Place.WEBSOCKET_PROTOCOL, "keywarden.", form));
    }

    private static String text(Form form) {
        return switch (form) {
            case TOKEN -> TOKEN;
            case ID_AND_SECRET -> TokenText.formatPair(Samples.TOKEN_ID, SECRET);
            case OPAQUE -> "opaque-1";
        };
    }

    private static Claim claim(Form form) {
        return form == Form.OPAQUE ? new Claim.OfSecret() : OURS;
    }

    private static void assertPresented(Credential credential, Hiding hiding) {
        assertThat(credential).isInstanceOfSatisfying(Presented.class, presented -> {
            assertThat(presented.claim()).isEqualTo(OURS);
            assertThat(presented.secret().reveal()).isEqualTo(SECRET.reveal());
            assertThat(presented.hiding()).isEqualTo(hiding);
        });
    }

    private static Credential parse(List<CredentialSource> sources, PlacedRequest request) {
        return CredentialParser.parse(sources, request.headers(), request.query());
    }

    private static Credential query(String query) {
        return CredentialParser.parse(
                sources(Form.TOKEN), RequestHeaders.builder().build(), RequestQuery.of("/v1/orders" + fill(query)));
    }

    private static Credential cookie(String... values) {
        return header("cookie", values);
    }

    private static Credential subprotocol(String... values) {
        return header("sec-websocket-protocol", values);
    }

    private static Credential header(String name, String... values) {
        RequestHeaders.Builder headers = RequestHeaders.builder();
        for (String value : values) {
            headers.add(name, fill(value));
        }
        return CredentialParser.parse(sources(Form.TOKEN), headers.build(), RequestQuery.NONE);
    }

    private static String fill(String text) {
        return text.replace("TOKEN", TOKEN).replace("ENCODED", ENCODED);
    }
}
