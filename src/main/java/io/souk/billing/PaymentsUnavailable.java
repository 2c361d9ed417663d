package io.souk.billing;

/** The payment provider cannot be asked now; nothing was charged by the attempt. */
public class PaymentsUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PaymentsUnavailable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
