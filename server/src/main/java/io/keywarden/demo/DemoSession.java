package io.keywarden.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The session that a user can try: command lines that work as printed, each below a comment that says what it answers.
 *
 * <p>The form is fixed, so that a script can run them: a comment is {@code "  # EXPECTED: why"}, where EXPECTED is an HTTP
 * status or OK for exit code 0; the command follows on one line.
 */
final class DemoSession {
    private static final String SERVICE = "keywarden.admin.v1.TokenService/";
    private static final String NO_PROXY = "curl -sS -i -w '\\n' --noproxy '*' ";

    private final DemoWorld world;
    private final Installation installation;
    private final List<String> lines = new ArrayList<>();

    private DemoSession(DemoWorld world, Installation installation) {
        this.world = world;
        this.installation = installation;
    }

    static List<String> lines(DemoWorld world, Installation installation) {
        DemoSession session = new DemoSession(world, installation);
        session.print();
        return List.copyOf(session.lines);
    }

    private void print() {
        if (world.withEnvoy()) {
            heading("The shop's API, behind Envoy. The token may look at orders, and at nothing else:");
            curls();
        }
        heading("Tokens are made and revoked over the Admin API:");
        calls();
        if (world.withGrpcurl()) {
            heading("The same with grpcurl:");
            grpcurls();
        }
        if (world.withEnvoy()) {
            heading("And as JSON over HTTP:");
            command(
                    "200: the tenant's tokens",
                    NO_PROXY + adminHeader("Authorization") + " "
                            + url(DemoPort.ADMIN_REST, "/v1/tenants/" + Shop.TENANT + "/tokens"));
        }
        heading("What was asked and answered, in numbers:");
        // Without a gateway nobody has asked for a check yet, and a metric without a value has no line.
        String metric = world.withEnvoy() ? "keywarden_checks" : "keywarden_redis";
        command(
                "OK: how often, and with which outcome",
                "curl -sS --noproxy '*' " + url(DemoPort.METRICS, "/metrics") + " | grep ^" + metric);
    }

    private void curls() {
        String token = "-H 'Authorization: Bearer " + world.seeded().token() + "' ";
        command("200: the token opens the orders", gateway(token, Shop.ALLOWED_PATH));
        command("401: without a token", gateway("", Shop.ALLOWED_PATH));
        command("401: with what is no token", gateway("-H 'Authorization: Bearer wrong' ", Shop.ALLOWED_PATH));
        command("403: the token does not open the invoices", gateway(token, Shop.FORBIDDEN_PATH));
    }

    private void calls() {
        // Of a demo that runs here, call knows the address and the bootstrap token by itself.
        String call = installation.launcher() + " call TokenService/";
        command("OK: make a token; its secret is told this once", call + "CreateToken " + create("from call"));
        command(
                "OK: revoke another one",
                call + "RevokeToken " + revoke(world.seeded().spareForCall()));
    }

    private void grpcurls() {
        String before = "grpcurl -plaintext " + adminHeader("authorization") + " -d ";
        String after = " " + world.ports().address(DemoPort.ADMIN) + " " + SERVICE;
        command("OK: make a token", before + create("from grpcurl") + after + "CreateToken");
        command("OK: revoke another one", before + revoke(world.seeded().spareForGrpcurl()) + after + "RevokeToken");
    }

    private void heading(String text) {
        lines.add("");
        lines.add(text);
    }

    private void command(String comment, String command) {
        lines.add("  # " + comment);
        lines.add("  " + command);
    }

    private String gateway(String token, String path) {
        return NO_PROXY + "-H 'Host: " + Shop.HOST + "' " + token + url(DemoPort.GATEWAY, path);
    }

    private String url(DemoPort use, String path) {
        return "http://" + world.ports().address(use) + path;
    }

    /** The bootstrap token stays in its file, out of the terminal and of the list of processes' arguments where it can. */
    private String adminHeader(String name) {
        return "-H \"" + name + ": Bearer $(cat " + installation.typed(world.adminTokenFile()) + ")\"";
    }

    private static String create(String displayName) {
        return ShellWord.of("{\"parent\":\"tenants/" + Shop.TENANT + "\",\"requestId\":\"" + displayName
                + "\",\"token\":{\"displayName\":\"" + displayName + "\",\"grants\":[{\"module\":\"" + Shop.ORDERS
                + "\",\"actions\":[\"READ\"]}]}}");
    }

    private static String revoke(String name) {
        return ShellWord.of("{\"name\":\"" + name + "\",\"reason\":\"UNUSED\"}");
    }
}
