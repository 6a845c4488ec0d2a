/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** What RemoteDelivery's parameters mean for the engine. */
@org.jspecify.annotations.NullMarked
package org.posthouse.james.delivery;
