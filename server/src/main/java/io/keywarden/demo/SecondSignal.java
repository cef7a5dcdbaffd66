package io.keywarden.demo;

import java.lang.reflect.Proxy;
import java.util.List;

/**
 * What happens when the user signals again because stopping takes too long.
 *
 * <p>Java tells a program of its first INT, TERM or HUP by its shutdown hooks and of no other. The JDK's own class for more
 * is outside the platform's API, so it is reached by reflection: where it is missing, a second signal does nothing.
 */
final class SecondSignal {
    private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

    private SecondSignal() {}

    /** From now on each signal runs the action, on a thread of its own. */
    static void runs(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object onSignal = Proxy.newProxyInstance(
                    SecondSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    });
            for (String name : SIGNALS) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), onSignal);
            }
        } catch (ReflectiveOperationException e) {
            // Stopping is bounded all the same: each child is killed when its grace is over.
            return;
        }
    }
}
