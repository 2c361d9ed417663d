package io.souk.access;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface BudgetRepository extends Repository<Budget, UUID> {
    Budget saveAndFlush(Budget budget);

    void delete(Budget budget);

    Optional<Budget> findById(UUID id);

    Optional<Budget> findBySubjectIdAndPeriod(UUID subjectId, String period);

    List<Budget> findAllBySubjectIdOrderByPeriod(UUID subjectId);
}
