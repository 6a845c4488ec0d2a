/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.List;
import org.apache.commons.configuration2.BaseHierarchicalConfiguration;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.Mappings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteTableTest {
  private static final Domain HERE = Domain.of("here.test");

  private static Mappings resolved(String user, String mapping) throws Exception {
    RewriteTable table = new RewriteTable();
    table.setDomainList(
        (DomainList)
            Proxy.newProxyInstance(
                DomainList.class.getClassLoader(),
                new Class<?>[] {DomainList.class},
                (self, method, arguments) ->
                    switch (method.getName()) {
                      case "containsDomain" -> HERE.equals(arguments[0]);
                      case "getDefaultDomain" -> HERE;
                      default -> List.of(HERE);
                    }));
    BaseHierarchicalConfiguration configuration = new BaseHierarchicalConfiguration();
    configuration.addProperty("mapping", mapping);
    table.configure(configuration);
    return table.getResolvedMappings(user, HERE, EnumSet.allOf(Mapping.Type.class));
  }

  @Test
  void mappingsShouldLeadToAddresses() throws Exception {
    assertThat(resolved("root", "root@here.test=ad.min@example.org").asStream())
        .extracting(mapping -> mapping.asMailAddress().orElseThrow())
        .containsExactly(new MailAddress("ad.min@example.org"));
    assertThat(resolved("x7", "*@here.test=regex:x(.*)@here.test:y${1}@example.org").asStream())
        .extracting(mapping -> mapping.asMailAddress().orElseThrow())
        .containsExactly(new MailAddress("y7@example.org"));
    assertThat(resolved("else", "root@here.test=admin@example.org").isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ad min@example.org",
        "m\u00fcller@example.org",
        "admin.@example.org",
        ".admin@example.org",
        "admin@exa_mple.org"
      })
  void mappingThatLeadsToNoAddressShouldFailAndNotDropTheMail(String target) {
    assertThatThrownBy(() -> resolved("root", "root@here.test=" + target))
        .isInstanceOf(RecipientRewriteTableException.class);
  }
}
