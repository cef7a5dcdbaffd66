package io.keywarden.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.ECDHDecrypter;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.text.ParseException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecipientKeyTest {
    private static final String JSON = "{\"secret\":\"kw_x\"}";

    static Stream<Curve> curves() {
        return Stream.of(Curve.P_256, Curve.P_384, Curve.P_521);
    }

    @ParameterizedTest
    @MethodSource("curves")
    void encrypt_forAnEcKey_onlyItsHolderReadsIt(Curve curve) throws JOSEException, ParseException {
        ECKey key = new ECKeyGenerator(curve).keyID("mine").generate();
        String jwe = RecipientKey.parse(key.toPublicJWK().toJSONString())
                .orElseThrow()
                .encrypt(JSON);

        JWEObject read = JWEObject.parse(jwe);
        assertThat(read.getHeader().toJSONObject())
                .containsEntry("alg", "ECDH-ES")
                .containsEntry("enc", "A256GCM")
                .containsEntry("kid", "mine")
                .containsEntry("cty", "application/json");
        read.decrypt(new ECDHDecrypter(key));
        assertThat(read.getPayload()).hasToString(JSON);
    }

    @Test
    void encrypt_forAnRsaKey_onlyItsHolderReadsIt() throws JOSEException, ParseException {
        RSAKey key = new RSAKeyGenerator(2_048).generate();
        String jwe = RecipientKey.parse(key.toPublicJWK().toJSONString())
                .orElseThrow()
                .encrypt(JSON);

        JWEObject read = JWEObject.parse(jwe);
        assertThat(read.getHeader().getAlgorithm().getName()).isEqualTo("RSA-OAEP-256");
        assertThat(read.getHeader().getEncryptionMethod().getName()).isEqualTo("A256GCM");
        read.decrypt(new RSADecrypter(key));
        assertThat(read.getPayload()).hasToString(JSON);
    }

    @Test
    void parse_whatIsNoSuchKey_isEmpty() throws JOSEException {
        ECKey ec = new ECKeyGenerator(Curve.P_256).generate();
        OctetSequenceKey shared = new OctetSequenceKeyGenerator(256).generate();
        Map<String, Object> offCurve = ec.toPublicJWK().toJSONObject();
        offCurve.put("y", offCurve.get("x"));
        Stream<String> wrong = Stream.of(
                "",
                "{}",
                "not json",
                "{\"kty\":\"EC\"}",
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + "A".repeat(43) + "\"}",
                com.nimbusds.jose.util.JSONObjectUtils.toJSONString(offCurve),
                ec.toJSONString(),
                shared.toJSONString(),
                new ECKeyGenerator(Curve.P_256)
                        .keyUse(KeyUse.SIGNATURE)
                        .generate()
                        .toPublicJWK()
                        .toJSONString(),
                new ECKey.Builder(ec.toPublicJWK())
                        .algorithm(com.nimbusds.jose.JWEAlgorithm.ECDH_ES_A256KW)
                        .build()
                        .toJSONString(),
                new RSAKeyGenerator(1_024, true).generate().toPublicJWK().toJSONString(),
                ec.toPublicJWK().toJSONString() + " ".repeat(4_096));

        assertThat(wrong)
                .allSatisfy(jwk -> assertThat(RecipientKey.parse(jwk)).as(jwk).isEmpty());
    }

    @Test
    void parse_keyThatSaysWhatItIsFor_isTaken() throws JOSEException {
        ECKey key = new ECKeyGenerator(Curve.P_256)
                .keyUse(KeyUse.ENCRYPTION)
                .algorithm(com.nimbusds.jose.JWEAlgorithm.ECDH_ES)
                .generate();

        assertThat(RecipientKey.parse(key.toPublicJWK().toJSONString())).isPresent();
    }
}
