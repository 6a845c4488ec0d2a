/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
/** A trial of the whole relay: a scripted next server, a real client, and what happened between. */
@org.jspecify.annotations.NullMarked
package org.posthouse.trial;
