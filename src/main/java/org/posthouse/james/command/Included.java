/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.command;

import org.apache.james.protocols.api.handler.ProtocolHandler;

/** In the place of handlers of stock that do what our commands and reception do themselves. */
public final class Included implements ProtocolHandler {}
