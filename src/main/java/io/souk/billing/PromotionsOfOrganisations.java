package io.souk.billing;

import io.souk.kernel.Tenant;
import io.souk.kernel.TenantId;
import io.souk.tenancy.OrganisationContributor;
import java.util.List;
import org.springframework.stereotype.Component;

/** The credit that an organisation was given, for whoever runs this Souk. */
@Component
class PromotionsOfOrganisations implements OrganisationContributor {
    private final Promotions promotions;

    PromotionsOfOrganisations(Promotions promotions) {
        this.promotions = promotions;
    }

    @Override
    public List<Section> sections(TenantId tenant) {
        List<List<Cell>> rows = Tenant.get(tenant, promotions::list).stream()
                .map(gift -> List.of(
                        Cell.text(gift.reason()),
                        Cell.money(gift.granted()),
                        Cell.money(gift.left()),
                        Cell.at(gift.grantedAt(), ""),
                        Cell.at(gift.expiresAt())))
                .toList();
        return List.of(new Section(
                41,
                "promotions",
                "Promotional credit",
                List.of(
                        Column.of("For"),
                        Column.number("Given"),
                        Column.number("Left"),
                        Column.of("Given on"),
                        Column.of("Expires")),
                rows,
                "It was given none.",
                Cell.link("Give credit", "/admin/organisations/" + tenant + "/credit")));
    }
}
