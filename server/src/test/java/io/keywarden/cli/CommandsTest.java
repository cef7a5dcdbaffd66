package io.keywarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.keywarden.config.StartupConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CommandsTest {
    private final List<StartupConfig> started = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private Path config;

    @BeforeEach
    void setUp() throws IOException {
        config = Files.writeString(folder.resolve("k.yaml"), "keys: {file: keys/admin.keys}\n");
        assertThat(run("init-keys", "--out", folder.resolve("keys").toString())).isZero();
    }

    @Test
    void checkConfig_right_printsOkAndASummaryWithoutSecrets() throws IOException {
        int exit = run("check-config", "--config", config.toString());

        assertThat(exit).isZero();
        assertThat(out.toString()).contains("OK").contains("127.0.0.1:9001 in plaintext");
        String secret = Files.readAllLines(folder.resolve("keys/admin.keys")).stream()
                .filter(line -> line.contains("private"))
                .collect(Collectors.joining())
                .replaceAll(".*private: \"|\"}", "");
        assertThat(secret).hasSizeGreaterThan(40);
        assertThat(out.toString()).doesNotContain(secret);
    }

    @Test
    void checkConfig_typo_printsTheLineAndEndsWith2() throws IOException {
        Files.writeString(config, "keys: {file: keys/admin.keys}\nchekc: {}\n");

        assertThat(run("check-config", "--config", config.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isEqualToIgnoringNewLines(config + ":2: chekc: no such key (did you mean check?)");
    }

    @Test
    void serve_adminWithKeysForCheck_saysWhichFileIsNeeded() throws IOException {
        Files.writeString(config, "keys: {file: keys/check.keys}\n");

        assertThat(run("serve", "--config", config.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("holds no private signing key (expected: admin.keys for the role admin");
        assertThat(run("serve", "--config", config.toString(), "--roles=check")).isZero();
        assertThat(started).hasSize(1);
    }

    @Test
    void serve_unknownRole_saysWhichThereAre() {
        assertThat(run("serve", "--config", config.toString(), "--roles=chek")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--roles: 'chek' (did you mean check?)");
    }

    @Test
    void serve_withoutConfig_saysHowItIsUsed() {
        assertThat(run("serve")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--config");
    }

    @Test
    void initKeys_twice_refusesToWriteOver() {
        assertThat(run("init-keys", "--out", folder.resolve("keys").toString())).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("admin.keys is there already");
    }

    @Test
    void envoyConfig_tcp_rendersTheConfiguredPorts() {
        assertThat(run("envoy-config", "--config", config.toString(), "--admin-rest"))
                .isZero();
        assertThat(out.toString()).contains("9001").contains("10001").contains("keywarden.admin.v1.TokenService");
    }

    @Test
    void envoyConfig_freePort_saysThatEnvoyHasToKnowIt() throws IOException {
        Files.writeString(config, "keys: {file: keys/admin.keys}\ncheck: {listen: 127.0.0.1:0}\n");

        assertThat(run("envoy-config", "--config", config.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("check.listen: port 0");
    }

    @Test
    void version_always_namesTheProgram() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).contains("keywarden ").contains("java ");
    }

    @Test
    void call_withoutMethod_listsAll() {
        assertThat(run("call")).isZero();
        assertThat(out.toString()).contains("TokenService/CreateToken");
    }

    @Test
    void moreCommands_registered_canBeCalled() {
        assertThat(KeywardenCommand.with(config -> 0, Map.of("demo", new Demo()))
                        .execute("demo"))
                .isEqualTo(7);
    }

    @Test
    void oneCommandNamed_alone_isTheSameAsAmongAll() {
        CommandLine all = KeywardenCommand.with(config -> 0, Map.of("demo", new Demo()));

        assertThat(all.getSubcommands()).hasSize(10);
        all.getSubcommands().forEach((name, command) -> {
            CommandLine one = KeywardenCommand.with(config -> 0, Map.of("demo", new Demo()), name, "--help");
            assertThat(one.getSubcommands()).containsOnlyKeys(name);
            assertThat(one.getSubcommands().values())
                    .extracting(CommandLine::getUsageMessage)
                    .containsExactly(command.getUsageMessage());
            assertThat(command.getCommandSpec()
                            .userObject()
                            .getClass()
                            .getAnnotation(CommandLine.Command.class)
                            .name())
                    .isEqualTo(name);
        });
    }

    @Test
    void noCommandNamed_all_areThere() {
        for (String first : List.of("--help", "serv", "")) {
            assertThat(KeywardenCommand.with(config -> 0, Map.of(), first).getSubcommands())
                    .as(first)
                    .hasSize(9);
        }
    }

    @CommandLine.Command(name = "demo")
    private static final class Demo implements Callable<Integer> {
        @Override
        public Integer call() {
            return 7;
        }
    }

    private int run(String... arguments) {
        CommandLine commands = KeywardenCommand.with(
                config -> {
                    started.add(config);
                    return 0;
                },
                Map.of());
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
        commands.getSubcommands()
                .values()
                .forEach(command -> command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)));
        return commands.execute(arguments);
    }
}
