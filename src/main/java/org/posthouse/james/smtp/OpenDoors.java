/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.posthouse.config.Settings;
import org.posthouse.identity.client.AddressRule;
import org.posthouse.identity.client.NetworkSpec;
import org.posthouse.identity.rights.Freedom;
import org.posthouse.identity.rights.SenderRights;

/**
 * Whether a door lets strangers relay: whom it authorizes by the address, or lets say who it is,
 * and what senders.xml lets those do. Neither file shows it alone.
 */
final class OpenDoors {
  private static final String AUTHORIZED = "authorizedAddresses";
  private static final String ANYBODY = "everybody may say whom it speaks for";

  private final Settings door;
  private final SenderRights rights;
  private final List<NetworkSpec> authorized = new ArrayList<>();

  private final List<AddressRule> known;

  private OpenDoors(Settings door, SenderRights rights, List<AddressRule> known) {
    this.door = door;
    this.rights = rights;
    this.known = known;
  }

  /**
   * Adds what is dangerous to the door's problems and warnings.
   *
   * @param known who is known by an address
   * @return whether the door authorizes anybody by the address
   */
  static boolean check(Settings door, SenderRights rights, List<AddressRule> known) {
    OpenDoors open = new OpenDoors(door, rights, known);
    open.authorized();
    open.proxies();
    return !open.authorized.isEmpty();
  }

  private void authorized() {
    Optional<String> text = door.problems(AUTHORIZED, NetworkSpec::problems);
    text.map(NetworkSpec::readable).ifPresent(authorized::addAll);
    for (NetworkSpec each : authorized) {
      if (!each.isNameOfHost()) {
        network(each);
      }
    }
    together();
  }

  private void together() {
    List<NetworkSpec> free =
        authorized.stream()
            .filter(each -> !each.isNameOfHost() && !each.isBeyondAnyOwner())
            .filter(each -> freedom(each).isPresent())
            .toList();
    if (NetworkSpec.areBeyondAnyOwner(free)) {
      door.problem(
          AUTHORIZED,
          "this makes an open relay: nobody has as much as these networks"
              + " together, and senders.xml lets authorized addresses send to anybody,"
              + " without a login. Name the networks that are yours");
    }
  }

  private void network(NetworkSpec network) {
    Optional<Freedom> freedom = freedom(network);
    String all = network.isBeyondAnyOwner() ? "nobody has a network as large as " : "";
    if (freedom.isPresent() && !all.isEmpty()) {
      door.problem(
          AUTHORIZED,
          "this makes an open relay: "
              + all
              + network
              + ", and the rule "
              + freedom.get().rule()
              + " of senders.xml lets authorized addresses send to anybody, without a login. Name"
              + " the networks that are yours");
    } else if (!all.isEmpty()) {
      door.warning(AUTHORIZED, all + network + ": strangers may use what senders.xml lets them");
    } else if (freedom.filter(Freedom::anySender).isPresent() && !network.isPrivate()) {
      door.warning(AUTHORIZED, freedom.get().warning(network));
    }
  }

  private Optional<Freedom> freedom(NetworkSpec network) {
    return rights.ofAuthorized(network.range());
  }

  private void proxies() {
    boolean all = door.truth("proxyRequired", false);
    Optional<String> proxies = door.problems("proxyFrom", NetworkSpec::problems);
    if (all && proxies.isEmpty()) {
      everybodyIsAProxy("proxyRequired", "; name the <proxyFrom>");
    }
    if (proxies.filter(NetworkSpec::isEverything).isPresent()) {
      everybodyIsAProxy("proxyFrom", "");
    }
    Optional<String> xclients = door.problems("xclientFrom", NetworkSpec::problems);
    large("proxyFrom", proxies);
    large("xclientFrom", xclients);
    xclients
        .filter(NetworkSpec::isEverything)
        .ifPresent(
            text ->
                door.problem(
                    "xclientFrom",
                    "this makes an open relay: " + ANYBODY + ", and what login it has"));
  }

  private void large(String key, Optional<String> text) {
    text.filter(each -> !NetworkSpec.isEverything(each)).map(NetworkSpec::readable).stream()
        .flatMap(List::stream)
        .filter(each -> !each.isNameOfHost() && each.isLarge())
        .forEach(
            each ->
                door.warning(
                    key, "each host of " + each + " may say whom it speaks for; name your own"));
  }

  private void everybodyIsAProxy(String key, String remedy) {
    Stream<String> free =
        authorized.stream()
            .filter(each -> !each.isNameOfHost())
            .filter(each -> freedom(each).isPresent())
            .map(NetworkSpec::toString);
    Stream<String> identities = known.stream().map(each -> "'" + each.identity() + "'");
    Optional<String> any = Stream.concat(free, identities).findFirst();
    any.ifPresentOrElse(
        each ->
            door.problem(
                key,
                "this makes an open relay: " + ANYBODY + ", for instance for " + each + remedy),
        () -> door.warning(key, ANYBODY + remedy));
  }
}
