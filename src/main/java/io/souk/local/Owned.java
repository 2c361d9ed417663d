package io.souk.local;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;

/** Beans that are there before all others, and are therefore closed after all others. */
final class Owned {
    private Owned() {}

    static void register(ConfigurableApplicationContext context, String name, AutoCloseable bean) {
        var beans = (DefaultListableBeanFactory) context.getBeanFactory();
        beans.registerSingleton(name, bean);
        DisposableBean close = bean::close;
        beans.registerDisposableBean(name, close);
    }
}
