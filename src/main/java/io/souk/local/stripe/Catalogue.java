package io.souk.local.stripe;

import com.stripe.param.PriceCreateParams;
import com.stripe.param.PriceListParams;
import com.stripe.param.PriceRetrieveParams;
import com.stripe.param.PriceUpdateParams;
import com.stripe.param.ProductCreateParams;
import com.stripe.param.ProductListParams;
import com.stripe.param.ProductRetrieveParams;
import com.stripe.param.ProductUpdateParams;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Products and their prices. */
final class Catalogue {
    static final String PRODUCT = "product";
    static final String PRICE = "price";

    private static final int MOST_DECIMALS = 12;

    private final Records records;

    Catalogue(Records records) {
        this.records = records;
    }

    List<Route> routes() {
        return List.of(
                Route.post("/v1/products", ProductCreateParams.class, this::createProduct),
                Route.get(
                        "/v1/products", ProductListParams.class, call -> records.list(PRODUCT, call, "active", "url")),
                Route.get("/v1/products/{}", ProductRetrieveParams.class, call -> records.get(PRODUCT, call.id())),
                Route.post("/v1/products/{}", ProductUpdateParams.class, this::updateProduct),
                Route.post("/v1/prices", PriceCreateParams.class, this::createPrice),
                Route.get("/v1/prices", PriceListParams.class, this::listPrices),
                Route.get("/v1/prices/{}", PriceRetrieveParams.class, call -> records.get(PRICE, call.id())),
                Route.post("/v1/prices/{}", PriceUpdateParams.class, this::updatePrice));
    }

    private ObjectNode createProduct(Call call) {
        Form form = call.form();
        ObjectNode product = product(form, "name");
        form.text("id").ifPresent(id -> {
            if (records.store().find(id).isPresent()) {
                throw Refusal.invalid("resource_already_exists", "Product already exists.", "id");
            }
            product.put("id", id);
        });
        form.copyFlags(product, "active", "shippable");
        records.saveAndTell(product, "product.created");
        return product;
    }

    private ObjectNode product(Form form, String nameParam) {
        ObjectNode product = records.blank(PRODUCT);
        product.put("name", form.text("name").orElseThrow(() -> Refusal.parameterMissing(nameParam)));
        product.put("updated", records.time().now());
        form.copy(product, "description", "statement_descriptor", "tax_code", "unit_label", "url");
        form.mergeMetadata(product);
        return product;
    }

    private ObjectNode updateProduct(Call call) {
        ObjectNode product = records.get(PRODUCT, call.id());
        ObjectNode before = product.deepCopy();
        Form form = call.form();
        form.copy(product, "name", "description", "statement_descriptor", "tax_code", "unit_label", "url");
        form.copy(product, "default_price");
        form.copyFlags(product, "active", "shippable");
        form.mergeMetadata(product);
        product.put("updated", records.time().now());
        records.update(product, before, "product.updated");
        return product;
    }

    private ObjectNode listPrices(Call call) {
        List<String> keys = call.form().texts("lookup_keys");
        if (keys.isEmpty()) {
            return records.list(PRICE, call, "product", "active", "type", "currency");
        }
        List<ObjectNode> found = keys.stream()
                .flatMap(key -> records.store().all(PRICE, java.util.Map.of("lookup_key", key)).stream())
                .filter(price -> call.form()
                        .text("active")
                        .map(a -> Json.is(price, "active", a))
                        .orElse(true))
                .toList();
        return Json.list(call.path(), found, false);
    }

    private ObjectNode createPrice(Call call) {
        Form form = call.form();
        ObjectNode price = records.blank(PRICE);
        setAmount(form, price, "");
        if (form.text("billing_scheme").filter("tiered"::equals).isPresent()) {
            throw Refusal.invalid(null, "The local Stripe has no tiered prices.", "billing_scheme");
        }
        if (form.has("recurring")) {
            setRecurring(form, price);
        }
        if (form.has("product_data")) {
            ObjectNode product = product(new Form(Json.child(form.tree(), "product_data")), "product_data[name]");
            records.saveAndTell(product, "product.created");
            price.put(PRODUCT, Json.need(product, "id"));
        } else {
            price.put(PRODUCT, Json.need(records.named(PRODUCT, form.need("product"), "product"), "id"));
        }
        form.copy(price, "lookup_key", "nickname", "tax_behavior");
        form.copyFlags(price, "active");
        form.mergeMetadata(price);
        freeLookupKey(form, price);
        records.saveAndTell(price, "price.created");
        return price;
    }

    private void freeLookupKey(Form form, ObjectNode price) {
        Optional<String> key = Json.find(price, "lookup_key");
        if (key.isEmpty()) {
            return;
        }
        for (ObjectNode other : records.store().all(PRICE, java.util.Map.of("lookup_key", key.get()))) {
            if (Json.is(other, "id", Json.need(price, "id"))) {
                continue;
            }
            if (!form.flag("transfer_lookup_key")) {
                throw Refusal.invalid(
                        null, "A price (`" + Json.need(other, "id") + "`) already uses that lookup key.", "lookup_key");
            }
            other.putNull("lookup_key");
            records.save(other);
        }
    }

    private void setRecurring(Form form, ObjectNode price) {
        ObjectNode recurring = price.putObject("recurring");
        recurring.put("interval", form.need("recurring.interval"));
        recurring.put("interval_count", form.number("recurring.interval_count").orElse(1L));
        recurring.put("meter", form.text("recurring.meter").orElse(null));
        recurring.putNull("trial_period_days");
        String usage = form.text("recurring.usage_type").orElse("licensed");
        recurring.put("usage_type", usage);
        price.put("type", "recurring");
        boolean metered = usage.equals("metered");
        if (metered && form.text("recurring.meter").isEmpty()) {
            throw Refusal.invalid(
                    null,
                    "Starting in version 2025-03-31.basil, metered prices must be backed by meters. Pass "
                            + "`recurring[meter]`.",
                    "recurring[meter]");
        }
        if (!metered && form.has("recurring.meter")) {
            throw Refusal.invalid(
                    null, "`recurring[meter]` can only be used with usage_type `metered`.", "recurring[meter]");
        }
        form.text("recurring.meter").ifPresent(meter -> {
            ObjectNode found = records.named(Meters.TYPE, meter, "recurring[meter]");
            if (!Json.is(found, "status", "active")) {
                throw Refusal.invalid(null, "The meter `" + meter + "` is not active.", "recurring[meter]");
            }
        });
    }

    /** The price and product of a line that names none of its own. */
    ObjectNode inlinePrice(Form line, String param) {
        Form data = new Form(Json.child(line.tree(), "price_data"));
        if (data.tree().isEmpty()) {
            throw Refusal.parameterMissing(param);
        }
        ObjectNode price = records.blank(PRICE);
        setAmount(data, price, param);
        price.put("active", false);
        if (data.has("product_data")) {
            ObjectNode product =
                    product(new Form(Json.child(data.tree(), "product_data")), param + "[product_data][name]");
            product.put("active", false);
            records.save(product);
            price.put(PRODUCT, Json.need(product, "id"));
        } else {
            String id = data.text("product").orElseThrow(() -> Refusal.parameterMissing(param + "[product]"));
            records.named(PRODUCT, id, param + "[product]");
            price.put(PRODUCT, id);
        }
        if (data.has("recurring")) {
            price.put("type", "recurring");
        }
        records.save(price);
        return price;
    }

    private static void setAmount(Form form, ObjectNode price, String prefix) {
        price.put("currency", form.need("currency").toLowerCase(Locale.ROOT));
        BigDecimal amount = form.decimal("unit_amount")
                .or(() -> form.decimal("unit_amount_decimal"))
                .orElseThrow(() -> Refusal.invalid(
                        "parameter_missing",
                        "Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.",
                        prefix.isEmpty() ? "unit_amount" : prefix + "[unit_amount]"));
        if (amount.signum() < 0) {
            throw Refusal.invalid(
                    "parameter_invalid_integer", "This value must be greater than or equal to 0.", "unit_amount");
        }
        if (amount.stripTrailingZeros().scale() > MOST_DECIMALS) {
            throw Refusal.invalid(
                    "parameter_invalid_decimal",
                    "Invalid decimal: " + amount.toPlainString() + "; must contain at maximum twelve decimal places.",
                    "unit_amount_decimal");
        }
        price.put("unit_amount_decimal", Json.plain(amount));
        if (amount.stripTrailingZeros().scale() <= 0) {
            price.put("unit_amount", amount.longValueExact());
        }
    }

    private ObjectNode updatePrice(Call call) {
        ObjectNode price = records.get(PRICE, call.id());
        ObjectNode before = price.deepCopy();
        call.form().copy(price, "lookup_key", "nickname", "tax_behavior");
        call.form().copyFlags(price, "active");
        call.form().mergeMetadata(price);
        freeLookupKey(call.form(), price);
        records.update(price, before, "price.updated");
        return price;
    }
}
