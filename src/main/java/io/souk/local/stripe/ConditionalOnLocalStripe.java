package io.souk.local.stripe;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;

/** Only where payments are simulated: no Stripe key is set, and the local Stripe was not switched off. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnExpression("'${souk.billing.stripe.secret-key:}'.isBlank() && '${STRIPE_SECRET_KEY:}'.isBlank() &&"
        + " ${souk.local.stripe.enabled:true}")
public @interface ConditionalOnLocalStripe {}
