/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.james.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.List;
import javax.mail.MessagingException;
import javax.mail.Session;
import javax.mail.internet.InternetHeaders;
import javax.mail.internet.MimeMessage;
import org.apache.james.server.core.MimeMessageSource;
import org.apache.james.server.core.MimeMessageWrapper;
import org.jspecify.annotations.Nullable;
import org.posthouse.message.HeaderBlock;
import org.posthouse.message.HeaderField;
import org.posthouse.message.RawHeaders;

/**
 * A message whose octets stay as they came. Stock's wrapper writes headers as US-ASCII and adds
 * fields when saved; this one keeps every octet that no one edited, and an edit of a header field
 * changes that field alone. Header text has one char per octet (ISO-8859-1). Once the body is
 * replaced (setContent, setText, setDataHandler) it behaves as JavaMail's messages do.
 *
 * <p>As in stock, parts changed in place count only after setContent. Not thread safe, but messages
 * made by {@link #shareBody} may live on different threads.
 */
public class RelayMessage extends MimeMessageWrapper implements RawHeaders {
  private OctetsLease lease;
  private @Nullable OctetHeaders loaded;

  /** A message over the given octets, which it owns from now on. */
  public RelayMessage(MessageOctets octets) {
    this(OctetsLease.first(octets));
  }

  /** A message over a James source, which it owns from now on. */
  public RelayMessage(MimeMessageSource source) {
    this(new SourceOctets(source));
  }

  private RelayMessage(OctetsLease lease) {
    super(Session.getDefaultInstance(System.getProperties()), (MimeMessageSource) null);
    this.lease = lease;
    this.saved = true;
  }

  /**
   * The message itself when it is one of ours, else a copy that does not depend on it. Up to 100 KB
   * are copied in memory, more in a temporary file.
   *
   * @throws MessagingException when the message cannot be read or written
   */
  public static RelayMessage of(MimeMessage message) throws MessagingException {
    return message instanceof RelayMessage relay ? relay : Conversion.convert(message);
  }

  /**
   * An independent message with the same content: own headers, own edits, own dispose, and the same
   * octets underneath. Only a body that was replaced is written out once, then shared too.
   */
  public RelayMessage shareBody() throws MessagingException {
    if (isBodyModified()) {
      settleBody();
    }
    RelayMessage copy = new RelayMessage(lease.share());
    copy.flags = getFlags();
    if (headersModified) {
      copy.adopt(new OctetHeaders(headerOctets()));
      copy.headersModified = true;
    }
    return copy;
  }

  /** Makes the replaced body the body underneath. */
  private void settleBody() throws MessagingException {
    OctetsLease settled = OctetsLease.first(Conversion.spool(this::writeTo).asMessage());
    lease.release();
    lease = settled;
    dh = null;
    modified = false;
    bodyModified = false;
  }

  /** Whether no empty line was found where a header may end at the latest, 512 KiB. */
  public boolean hasOversizedHeader() throws MessagingException {
    return HeaderBlock.isCutOff(headerOctets());
  }

  /** The current header block with the empty line that ends it, where there is one. */
  public byte[] headerOctets() throws MessagingException {
    if (isBodyModified() && !saved) {
      saveChanges();
    }
    return headerOctets(null);
  }

  private byte[] headerOctets(String @Nullable [] ignored) throws MessagingException {
    if (isBodyModified()) {
      octetHeaders().endWithEmptyLine();
    }
    return octetHeaders().octets(ignored);
  }

  /** Whether the body was replaced since the octets came. */
  public boolean bodyIsModified() {
    return isBodyModified();
  }

  /** The key of the body in the store; null when it was replaced or is not in the store. */
  public @Nullable String storedBodyId() {
    return isBodyModified() ? null : lease.octets().bodyId();
  }

  /**
   * A new stream over the current body as it is transferred; the caller closes it.
   *
   * @throws IOException when the octets cannot be read
   */
  @Override
  public InputStream openBody() throws IOException, MessagingException {
    if (!isBodyModified()) {
      return lease.octets().openBody();
    }
    headerOctets();
    return Conversion.spool(this::writeBody).openOnce();
  }

  /** The size of the current body in octets, as it is transferred. */
  public long bodySize() throws IOException, MessagingException {
    if (!isBodyModified()) {
      return lease.octets().bodySize();
    }
    return countBody().count();
  }

  private CountingSink countBody() throws IOException, MessagingException {
    headerOctets();
    CountingSink sink = new CountingSink();
    writeBody(sink);
    return sink;
  }

  /** Puts a complete header line on top of all others. */
  public void prependHeaderLine(String line) throws MessagingException {
    headersForEdit().prepend(line);
  }

  /** Puts a complete header line below the first field, which is the trace of who received it. */
  public void insertBelowTrace(String line) throws MessagingException {
    headersForEdit().insertBelowFirst(line);
  }

  @Override
  public List<HeaderField> fields() throws MessagingException {
    if (isBodyModified() && !saved) {
      saveChanges();
    }
    return octetHeaders().fields();
  }

  @Override
  public void setFields(List<HeaderField> fields) throws MessagingException {
    headersForEdit().replaceAll(fields);
  }

  @Override
  public @Nullable String getSourceId() {
    return storedBodyId();
  }

  @Override
  public boolean isModified() {
    return headersModified || bodyModified;
  }

  @Override
  protected void loadHeaders() throws MessagingException {
    octetHeaders();
  }

  /** Nothing to do: headers load when asked for, the body is never kept. */
  @Override
  public void loadMessage() {}

  @Override
  protected InternetHeaders createInternetHeaders(InputStream in) throws MessagingException {
    try {
      return new OctetHeaders(HeaderBlock.read(in));
    } catch (IOException e) {
      throw new MessagingException("The header block cannot be read", e);
    }
  }

  private OctetHeaders octetHeaders() throws MessagingException {
    if (loaded != null) {
      return loaded;
    }
    try {
      return adopt(new OctetHeaders(lease.octets().headerOctets()));
    } catch (IOException e) {
      throw new MessagingException("The header block cannot be read", e);
    }
  }

  private OctetHeaders adopt(OctetHeaders own) {
    loaded = own;
    headers = own;
    return own;
  }

  private OctetHeaders headersForEdit() throws MessagingException {
    headersModified = true;
    return octetHeaders();
  }

  @Override
  public void setHeader(String name, String value) throws MessagingException {
    headersForEdit().setHeader(name, value);
  }

  @Override
  public void addHeader(String name, String value) throws MessagingException {
    headersForEdit().addHeader(name, value);
  }

  @Override
  public void removeHeader(String name) throws MessagingException {
    headersForEdit().removeHeader(name);
  }

  @Override
  public void addHeaderLine(String line) throws MessagingException {
    headersForEdit().addHeaderLine(line);
  }

  /** Adds what JavaMail adds when the body was replaced, and nothing otherwise. */
  @Override
  public void saveChanges() throws MessagingException {
    if (isBodyModified()) {
      super.saveChanges();
    }
    saved = true;
  }

  @Override
  public void writeTo(
      OutputStream headerOut, OutputStream bodyOut, String @Nullable [] ignored, boolean preLoad)
      throws IOException, MessagingException {
    if (isBodyModified() && !saved) {
      saveChanges();
    }
    headerOut.write(headerOctets(ignored));
    writeBody(bodyOut);
    bodyOut.flush();
  }

  private void writeBody(OutputStream out) throws IOException, MessagingException {
    if (isBodyModified()) {
      Conversion.encodeBody(this, out);
      return;
    }
    try (InputStream body = openBody()) {
      body.transferTo(out);
    }
  }

  /** The size of the body; as in JavaMail -1 when it was replaced, and capped to an int. */
  @Override
  public int getSize() throws MessagingException {
    try {
      return isBodyModified() ? -1 : (int) Math.min(Integer.MAX_VALUE, bodySize());
    } catch (IOException e) {
      throw new MessagingException("The size cannot be told", e);
    }
  }

  @Override
  public long getMessageSize() throws MessagingException {
    try {
      return headerOctets().length + bodySize();
    } catch (IOException e) {
      throw new MessagingException("The size cannot be told", e);
    }
  }

  /** The lines of the body as it is transferred; -1 when it cannot be read. */
  @Override
  public int getLineCount() throws MessagingException {
    try {
      return countBody().lines();
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public InputStream getMessageInputStream() throws MessagingException {
    try {
      return new SequenceInputStream(new ByteArrayInputStream(headerOctets()), openBody());
    } catch (IOException e) {
      throw new MessagingException("The message cannot be read", e);
    }
  }

  @Override
  public InputStream getRawInputStream() throws MessagingException {
    try {
      return openBody();
    } catch (IOException e) {
      throw new MessagingException("The body cannot be read", e);
    }
  }

  /** The body as it came: parts that were read from it and set again may still need it. */
  @Override
  protected InputStream getContentStream() throws MessagingException {
    try {
      return lease.octets().openBody();
    } catch (IOException e) {
      throw new MessagingException("The body cannot be read", e);
    }
  }

  @Override
  public void dispose() {
    lease.release();
  }
}
