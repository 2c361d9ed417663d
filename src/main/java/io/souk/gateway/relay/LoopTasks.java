package io.souk.gateway.relay;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks on one event loop; and such as need to run only once after all that a loop has read at once. */
public final class LoopTasks implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(LoopTasks.class);

    private final ContextInternal context;
    // of the loop's thread
    private List<Runnable> atRest = new ArrayList<>();
    private List<Runnable> running = new ArrayList<>();

    public LoopTasks(Context context) {
        this.context = (ContextInternal) context;
    }

    @Override
    public void execute(Runnable task) {
        context.runOnContext(_ -> task.run());
    }

    /**
     * Runs the task soon, and only once for all who ask for the same one before it does: on an event loop when that has
     * gone through what had arrived, anywhere else at once.
     */
    public static void atRest(Executor executor, Runnable task) {
        if (executor instanceof LoopTasks loop && loop.context.nettyEventLoop().inEventLoop()) {
            loop.add(task);
        } else {
            task.run();
        }
    }

    private void add(Runnable task) {
        for (int i = 0; i < atRest.size(); i++) {
            if (atRest.get(i) == task) {
                return;
            }
        }
        atRest.add(task);
        if (atRest.size() == 1) {
            context.runOnContext(_ -> rest());
        }
    }

    private void rest() {
        List<Runnable> now = atRest;
        atRest = running;
        running = now;
        for (int i = 0; i < now.size(); i++) {
            try {
                now.get(i).run();
            } catch (RuntimeException mistake) {
                LOG.error("a task of an event loop failed", mistake);
            }
        }
        now.clear();
    }
}
