/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureSpi;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.posthouse.dkim.SigningKey;
import org.posthouse.dkim.TestKeys;

class FastSignaturesTest {
  private static final byte[] MESSAGE = {1, 2, 3};

  @Test
  void amazonsProviderShouldSignBothKindsOfKeys() throws Exception {
    Provider provider = FastSignatures.find(FastSignatures.PROVIDER);
    Assumptions.assumeTrue(provider != null, "no native part for this platform");
    FastSignatures signatures = new FastSignatures(provider);
    for (KeyPair pair : new KeyPair[] {TestKeys.RSA, TestKeys.ED25519}) {
      SigningKey key = signatures.of(pair.getPrivate());
      assertThat(key.getClass().getSimpleName()).isEqualTo("ProvidedKey");
      assertThat(verifies(key, pair.getPublic())).isTrue();
    }
    assertThat(java.security.Security.getProvider(provider.getName())).isNull();
  }

  @Test
  void providerThatIsAbsentOrNoneShouldNotBeFound() {
    assertThat(FastSignatures.find("no.such.Provider")).isNull();
    assertThat(FastSignatures.find("java.lang.String")).isNull();
    assertThat(FastSignatures.find(NotLoading.class.getName())).isNull();
    assertThat(FastSignatures.find(Failing.class.getName())).isNull();
  }

  @Test
  void jdkShouldSignWhereThereIsNoProviderOrABadOne() throws Exception {
    for (Provider provider : new Provider[] {null, new Wrong(), new Empty()}) {
      for (KeyPair pair : new KeyPair[] {TestKeys.RSA, TestKeys.ED25519}) {
        SigningKey key = new FastSignatures(provider).of(pair.getPrivate());
        assertThat(verifies(key, pair.getPublic())).isTrue();
      }
    }
  }

  @Test
  void weakKeyShouldBeRefused() {
    PrivateKey weak = TestKeys.generate("RSA", 512).getPrivate();
    assertThatThrownBy(() -> FastSignatures.signingKey(weak))
        .isInstanceOf(InvalidKeyException.class)
        .hasMessageContaining("512 bits");
  }

  private static boolean verifies(SigningKey key, PublicKey publicKey) throws Exception {
    Signature signature = Signature.getInstance(key.algorithm().jcaName());
    signature.initVerify(publicKey);
    signature.update(MESSAGE);
    return signature.verify(key.sign(MESSAGE));
  }

  /** As a native part for another platform. */
  public static final class NotLoading extends Provider {
    private static final long serialVersionUID = 1L;
    public static final NotLoading INSTANCE = new NotLoading();

    public NotLoading() {
      super("NotLoading", "1", "");
    }

    public Throwable getLoadingError() {
      return new UnsatisfiedLinkError("wrong ELF class");
    }
  }

  /** As one whose class cannot even be initialised. */
  public static final class Failing extends Provider {
    private static final long serialVersionUID = 1L;
    public static final Failing INSTANCE = fail();

    public Failing() {
      super("Failing", "1", "");
    }

    private static Failing fail() {
      throw new UnsatisfiedLinkError("no native part");
    }
  }

  private static final class Empty extends Provider {
    private static final long serialVersionUID = 1L;

    Empty() {
      super("Empty", "1", "");
    }
  }

  /** Signs, but wrongly. */
  private static final class Wrong extends Provider {
    private static final long serialVersionUID = 1L;

    Wrong() {
      super("Wrong", "1", "");
      put("Signature.Ed25519", WrongSignature.class.getName());
      put("Signature.SHA256withRSA", WrongSignature.class.getName());
      put("KeyFactory.RSA", "sun.security.rsa.RSAKeyFactory");
    }
  }

  /** Nothing but zeros. */
  public static final class WrongSignature extends SignatureSpi {
    @Override
    protected void engineInitVerify(PublicKey publicKey) {}

    @Override
    protected void engineInitSign(PrivateKey privateKey) {}

    @Override
    protected void engineUpdate(byte b) {}

    @Override
    protected void engineUpdate(byte[] b, int off, int len) {}

    @Override
    protected byte[] engineSign() {
      return new byte[256];
    }

    @Override
    protected boolean engineVerify(byte[] sigBytes) {
      return false;
    }

    @Override
    @SuppressWarnings("deprecation")
    protected void engineSetParameter(String param, Object value) {}

    @Override
    @SuppressWarnings("deprecation")
    protected Object engineGetParameter(String param) {
      return null;
    }
  }
}
