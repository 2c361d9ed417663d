package io.souk.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SupportTests {
    @Test
    void givesEachAskerADatabaseOfItsOwnWithEveryTable() {
        TestDatabase first = TestDatabase.fresh();
        TestDatabase second = TestDatabase.fresh();
        first.system()
                .sql("insert into control.changes (kind, id) values ('offer', gen_random_uuid())")
                .update();
        assertThat(count(first)).isEqualTo(1);
        assertThat(count(second)).isZero();
    }

    @Test
    void showsTheRequestRoleNothingWithoutATenant() {
        TestDatabase database = TestDatabase.fresh();
        database.system()
                .sql("with o as (select gen_random_uuid() id) insert into tenancy.organisations "
                        + "(id, tenant_id, name, created_at) select id, id, 'one', now() from o")
                .update();
        assertThat(database.app()
                        .sql("select count(*) from tenancy.organisations")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private static long count(TestDatabase database) {
        return database.system()
                .sql("select count(*) from control.changes")
                .query(Long.class)
                .single();
    }
}
