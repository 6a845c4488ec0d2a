/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.container;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.apache.james.filesystem.api.FileSystem;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.server.core.MailImpl;
import org.apache.james.server.core.MimeMessageInputStreamSource;
import org.apache.james.utils.ExtendedClassLoader;
import org.apache.james.utils.GuiceGenericLoader;
import org.apache.mailet.base.test.FakeMailContext;
import org.posthouse.identity.rights.LocalAddresses;
import org.posthouse.james.message.RelayMessage;

/** Builds containers from XML and mails to run through them. */
final class Chains {
  static final String END = "<mailet match=\"All\" class=\"Null\"/>";
  static final String ERROR =
      "<processor state=\"error\">" + note("error", "<error>true</error>") + END + "</processor>";

  private Chains() {}

  static String note(String as) {
    return note(as, "");
  }

  static String note(String as, String more) {
    return mailet("All", "Note", "<as>" + as + "</as>" + more);
  }

  static String mailet(String match, String recorder, String parameters) {
    return "<mailet match=\""
        + match
        + "\" class=\""
        + Recorder.xml(recorder)
        + "\">"
        + parameters
        + "</mailet>";
  }

  static HierarchicalConfiguration<ImmutableNode> xml(String processors) throws Exception {
    XMLConfiguration xml = new XMLConfiguration();
    new FileHandler(xml)
        .load(new StringReader("<processors enableJmx=\"true\">" + processors + "</processors>"));
    return xml;
  }

  static RelayProcessors build(String processors) throws Exception {
    return build(processors, ProcessingBoundary.NONE);
  }

  static RelayProcessors build(String processors, ProcessingBoundary boundary) throws Exception {
    RelayProcessors container = unconfigured(boundary);
    container.configure(xml(processors));
    container.init();
    return container;
  }

  static RelayProcessors unconfigured(ProcessingBoundary boundary) {
    return unconfigured(boundary, LocalAddresses.NONE);
  }

  static RelayProcessors unconfigured(ProcessingBoundary boundary, LocalAddresses local) {
    ExtendedClassLoader classes = new ExtendedClassLoader(new NoFiles());
    GuiceGenericLoader loader = GuiceGenericLoader.forTesting(classes);
    return new RelayProcessors(
        new RecordingMetricFactory(),
        FakeMailContext.defaultContext(),
        new RelayMailetLoader(loader, classes, Set.of()),
        new RelayMatcherLoader(loader, classes),
        boundary,
        () -> local);
  }

  static MailImpl mail(String... recipients) throws Exception {
    MailImpl mail =
        MailImpl.builder().name("m1").sender("s@x.org").addRecipients(recipients).build();
    byte[] octets = "Subject: gr\u00fc\u00dfe\r\n\r\nbody".getBytes(StandardCharsets.ISO_8859_1);
    mail.setMessageNoCopy(
        new RelayMessage(
            MimeMessageInputStreamSource.create("t", new ByteArrayInputStream(octets))));
    return mail;
  }

  private static final class NoFiles implements FileSystem {
    @Override
    public InputStream getResource(String url) throws java.io.IOException {
      throw new java.io.FileNotFoundException(url);
    }

    @Override
    public File getFile(String url) throws java.io.FileNotFoundException {
      throw new java.io.FileNotFoundException(url);
    }

    @Override
    public File getBasedir() throws java.io.FileNotFoundException {
      throw new java.io.FileNotFoundException();
    }
  }
}
