package io.souk.exactness;

import io.souk.support.Folders;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** A PostgreSQL for each class of tests; for each test gateways that are processes, a backend and a customer with plenty. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Market {
    static final long PLENTY = 1_000_000_000_000L;

    Path folder;
    Database database;
    Seller seller;
    Gateways gateways;
    Customer customer;

    @BeforeAll
    void aDatabase() throws IOException {
        folder = Folders.temporary("souk-exactness");
        database = new Database(folder.resolve("postgres"));
    }

    @AfterAll
    void end() {
        database.close();
        Folders.delete(folder);
    }

    @BeforeEach
    void aMarket() {
        seller = new Seller();
        gateways = new Gateways(folder, database.arguments());
        customer = Customer.of(database.sql(), seller.address(), PLENTY, 64);
    }

    @AfterEach
    void close() {
        gateways.close();
        seller.close();
    }

    Books books() {
        return new Books(database.sql(), customer);
    }

    static void during(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
