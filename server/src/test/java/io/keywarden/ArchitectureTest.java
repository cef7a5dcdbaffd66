package io.keywarden;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.keywarden.check.CheckService;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

/** Holds the arrows between packages, and what only one class may do. */
@AnalyzeClasses(packages = "io.keywarden", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] ABOVE_STORE = {
        "io.keywarden.redis..",
        "io.keywarden.check..",
        "io.keywarden.admin",
        "io.keywarden.usage..",
        "io.keywarden.cli..",
        "io.keywarden.telemetry..",
        "io.keywarden.app.."
    };

    @ArchTest
    static final ArchRule TOKEN_KNOWS_NOTHING = noClasses()
            .that()
            .resideInAPackage("io.keywarden.token")
            .should()
            .dependOnClassesThat(describe(
                    "are neither of the JDK nor annotations",
                    other -> !other.getPackageName().startsWith("java.")
                            && !other.getPackageName().equals("io.keywarden.token")
                            && !other.getPackageName().startsWith("com.google.errorprone.annotations")
                            && !other.getPackageName().startsWith("org.jspecify")
                            && !other.getPackageName().isEmpty()));

    @ArchTest
    static final ArchRule POLICY_KNOWS_TOKENS_ONLY = noClasses()
            .that()
            .resideInAPackage("io.keywarden.policy")
            .should()
            .dependOnClassesThat(ours("io.keywarden.policy", "io.keywarden.token"));

    @ArchTest
    static final ArchRule CREDENTIAL_KNOWS_TOKENS_ONLY = noClasses()
            .that()
            .resideInAPackage("io.keywarden.credential")
            .should()
            .dependOnClassesThat(ours("io.keywarden.credential", "io.keywarden.token"));

    @ArchTest
    static final ArchRule POLICY_AND_CREDENTIAL_HAVE_NO_FRAMEWORK = noClasses()
            .that()
            .resideInAnyPackage("io.keywarden.policy", "io.keywarden.credential")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.protobuf..", "io.grpc..", "io.envoyproxy..", "io.lettuce..");

    @ArchTest
    static final ArchRule STORE_KNOWS_NOTHING_ABOVE = noClasses()
            .that()
            .resideInAPackage("io.keywarden.store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ABOVE_STORE);

    @ArchTest
    static final ArchRule REDIS_KNOWS_NOTHING_ABOVE = noClasses()
            .that()
            .resideInAPackage("io.keywarden.redis")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.keywarden.check..",
                    "io.keywarden.admin",
                    "io.keywarden.usage..",
                    "io.keywarden.cli..",
                    "io.keywarden.telemetry..",
                    "io.keywarden.app..");

    @ArchTest
    static final ArchRule ROLES_DO_NOT_KNOW_THE_WIRING = noClasses()
            .that()
            .resideOutsideOfPackage("io.keywarden.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.keywarden.app..");

    @ArchTest
    static final ArchRule CHECK_KNOWS_NO_OTHER_ROLE = noClasses()
            .that()
            .resideInAPackage("io.keywarden.check")
            .should()
            .dependOnClassesThat(ours(
                    "io.keywarden.check",
                    "io.keywarden.store",
                    "io.keywarden.policy",
                    "io.keywarden.credential",
                    "io.keywarden.token"));

    @ArchTest
    static final ArchRule ADMIN_DOES_NOT_KNOW_CHECK = noClasses()
            .that()
            .resideInAPackage("io.keywarden.admin")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.keywarden.check..");

    @ArchTest
    static final ArchRule ONLY_REDIS_SPEAKS_LETTUCE = noClasses()
            .that()
            .resideOutsideOfPackage("io.keywarden.redis")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lettuce..");

    @ArchTest
    static final ArchRule ONLY_GEO_READS_COUNTRY_FILES = noClasses()
            .that()
            .resideOutsideOfPackage("io.keywarden.geo")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.maxmind..");

    @ArchTest
    static final ArchRule GEO_KNOWS_ADDRESSES_ONLY = noClasses()
            .that()
            .resideInAPackage("io.keywarden.geo")
            .should()
            .dependOnClassesThat(ours("io.keywarden.geo", "io.keywarden.policy", "io.keywarden.token"));

    @ArchTest
    static final ArchRule ONLY_ONE_CLASS_SPEAKS_SHADED_NETTY = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.keywarden.app.NettyServers")
            .and(describe("are not inside of it", type -> !type.getName().startsWith("io.keywarden.app.NettyServers$")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc.netty.shaded..");

    @ArchTest
    static final ArchRule ONLY_ONE_CLASS_MAKES_REFUSALS = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(CheckService.class.getPackageName() + ".Refusals")
            .should()
            .callCodeUnitWhere(
                    describe("it is one of CheckResponse or its builder", ArchitectureTest::isOnCheckResponse));

    /** A URI reads {@code //evil/admin} as a host and a path, and an InetAddress asks the network for names. */
    @ArchTest
    static final ArchRule PATHS_ARE_NOT_READ_AS_URIS_AND_NAMES_NOT_LOOKED_UP = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.keywarden.check", "io.keywarden.policy", "io.keywarden.credential", "io.keywarden.token")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net");

    /** A check runs on the thread of its connection, and of all others on it. */
    @ArchTest
    static final ArchRule CHECKS_NEVER_WAIT = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.keywarden.check",
                    "io.keywarden.cache",
                    "io.keywarden.store",
                    "io.keywarden.policy",
                    "io.keywarden.credential",
                    "io.keywarden.token")
            .should()
            .callMethodWhere(describe("it may wait", ArchitectureTest::mayWait));

    private static final Set<String> WAITING_METHODS = Set.of(
            "get",
            "join",
            "sleep",
            "wait",
            "await",
            "take",
            "put",
            "acquire",
            "park",
            "parkNanos",
            "invokeAll",
            "invokeAny",
            "awaitTermination",
            "transfer",
            "exchange",
            "awaitUninterruptibly",
            "yield",
            "onSpinWait");

    private static boolean mayWait(JavaCall<?> call) {
        JavaClass owner = call.getTargetOwner();
        boolean waits = owner.isAssignableTo(Future.class)
                || owner.isAssignableTo(BlockingQueue.class)
                || owner.isAssignableTo(CountDownLatch.class)
                || owner.isAssignableTo(Semaphore.class)
                || owner.isAssignableTo(Condition.class)
                || owner.isAssignableTo(ExecutorService.class)
                || owner.isAssignableTo(Thread.class)
                || owner.getName().equals(LockSupport.class.getName())
                || call.getName().equals("wait");
        // Locks that are held for a moment are no waiting, and orTimeout and the like only plan something.
        return waits && WAITING_METHODS.contains(call.getName());
    }

    private static boolean isOnCheckResponse(JavaCall<?> call) {
        return call.getTargetOwner().getName().startsWith(CheckResponse.class.getName());
    }

    /** Classes of ours that are in none of these packages. */
    private static DescribedPredicate<JavaClass> ours(String... allowed) {
        return describe(
                "are ours and in none of " + String.join(", ", allowed),
                type -> type.getPackageName().startsWith("io.keywarden")
                        && !List.of(allowed).contains(type.getPackageName()));
    }
}
