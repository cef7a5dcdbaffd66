package io.keywarden.testkit;

import io.keywarden.process.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A fresh certificate that signs itself, so that its own file is also the authority to trust.
 *
 * @param certificate PEM file of the certificate, good for {@code 127.0.0.1} and the name it was made for
 * @param privateKey PEM file of its private key (PKCS #8)
 */
public record SelfSigned(Path certificate, Path privateKey) {
    private static final String ALIAS = "test";
    private static final String PASSWORD = "changeit";

    /** Makes the two files in a folder, with the JDK's own keytool. */
    public static SelfSigned in(Path folder, String dnsName) throws IOException {
        Path store = folder.resolve(dnsName + ".p12");
        keytool(folder, store, dnsName);
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD.toCharArray());
            byte[] key = keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded();
            byte[] certificate = keys.getCertificate(ALIAS).getEncoded();
            return new SelfSigned(
                    Files.writeString(folder.resolve(dnsName + ".pem"), pem("CERTIFICATE", certificate)),
                    Files.writeString(folder.resolve(dnsName + ".key.pem"), pem("PRIVATE KEY", key)));
        } catch (GeneralSecurityException e) {
            throw new IOException("could not read what keytool made", e);
        }
    }

    private static void keytool(Path folder, Path store, String dnsName) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-alias",
                ALIAS,
                "-dname",
                "CN=" + dnsName,
                "-ext",
                "SAN=dns:" + dnsName + ",ip:127.0.0.1",
                "-ext",
                "bc:c",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
        Path log = folder.resolve("keytool.log");
        try (ChildProcess child =
                ChildProcess.start(new ChildProcess.Launch(command, Map.of(), log, folder.resolve("keytool.pid")))) {
            if (child.exit().join() != 0) {
                throw new IOException("keytool: " + Files.readString(log));
            }
        }
    }

    private static String pem(String kind, byte[] der) {
        byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
        String body = Base64.getMimeEncoder(64, lineEnd).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
    }
}
