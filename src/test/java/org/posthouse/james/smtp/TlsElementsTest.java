/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.junit.jupiter.api.Test;

class TlsElementsTest {
  @Test
  void theFirstPairShouldBeWrittenInStocksForm() throws Exception {
    HierarchicalConfiguration<ImmutableNode> written =
        doors(
            "<smtpserver><tls startTLS='true'><certificate><privateKey>a</privateKey>"
                + "<certificates>b</certificates></certificate><certificate><privateKey>c"
                + "</privateKey><certificates>d</certificates></certificate></tls></smtpserver>"
                + "<smtpserver><tls startTLS='true'><privateKey>e</privateKey>"
                + "<certificates>f</certificates><certificate><privateKey>g</privateKey>"
                + "<certificates>h</certificates></certificate></tls></smtpserver>"
                + "<smtpserver/>");
    HierarchicalConfiguration<ImmutableNode> read = TlsElements.inStocksForm(written);
    assertThat(read.getString("smtpserver(0).tls.privateKey")).isEqualTo("a");
    assertThat(read.getString("smtpserver(0).tls.certificates")).isEqualTo("b");
    assertThat(read.getStringArray("smtpserver(0).tls.certificate.privateKey"))
        .containsExactly("c");
    assertThat(read.getString("smtpserver(1).tls.privateKey")).isEqualTo("e");
    assertThat(read.getStringArray("smtpserver(1).tls.certificate.privateKey"))
        .containsExactly("g");
    assertThat(read.configurationsAt("smtpserver")).hasSize(3);
    assertThat(written.containsKey("smtpserver(0).tls.privateKey")).as("not changed").isFalse();
  }

  private static HierarchicalConfiguration<ImmutableNode> doors(String xml) throws Exception {
    XMLConfiguration values = new XMLConfiguration();
    new FileHandler(values).load(new StringReader("<smtpservers>" + xml + "</smtpservers>"));
    return values;
  }
}
