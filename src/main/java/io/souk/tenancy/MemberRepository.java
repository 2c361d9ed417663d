package io.souk.tenancy;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.repository.Repository;

interface MemberRepository extends Repository<Member, UUID> {
    Member saveAndFlush(Member member);

    Optional<Member> findById(UUID accountId);

    List<Member> findAllByOrderByJoinedAt();

    long countByRole(String role);

    void delete(Member member);
}
