/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery;

import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.posthouse.routing.MxResolver;
import org.posthouse.smtp.SmtpConnector;

/**
 * What all sites share.
 *
 * @param workers for what may wait for a disk
 * @param timer for short tasks
 * @param connections how many there may be in all
 * @param crowd of those who wait in memory
 * @param remembered mails of all sites together that are put off
 * @param byAnotherWay takes a mail that is to go to another site
 * @param isOver whether what breaks off now is broken off by our own end
 */
record DeliveryContext(
    MxResolver resolver,
    SmtpConnector connector,
    Executor workers,
    ScheduledExecutorService timer,
    Clock clock,
    DeliveryListener listener,
    ConnectionBudget connections,
    Crowd crowd,
    AtomicInteger remembered,
    Consumer<Outgoing> byAnotherWay,
    BooleanSupplier isOver) {}
