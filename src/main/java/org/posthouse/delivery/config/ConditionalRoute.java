/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.delivery.config;

/** A route and when it is taken. */
record ConditionalRoute(Conditions conditions, Route route) {}
