/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/**
 * The mailet container: processors that run a mail through the chains of mailetcontainer.xml.
 *
 * <p>A mail's way: {@link org.posthouse.james.container.RelayProcessors} finds the processor of the
 * mail's state, {@link org.posthouse.james.container.RelayProcessor} runs its steps, and each step
 * is a {@link org.posthouse.james.container.RecipientSplitter} and a {@link
 * org.posthouse.james.container.MailetStep}.
 */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.container;
