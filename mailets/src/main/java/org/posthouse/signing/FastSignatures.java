/* Licensed under the Apache License 2.0; see the file LICENSE at the top of this tree. */
package org.posthouse.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import org.jspecify.annotations.Nullable;
import org.posthouse.dkim.PublishedKey;
import org.posthouse.dkim.SignatureAlgorithm;
import org.posthouse.dkim.SignatureFactory;
import org.posthouse.dkim.SigningKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs by Amazon's Corretto Crypto Provider where it is on the class path and works, else by the
 * JDK, which takes about three times as long for RSA and thirty times for Ed25519. The provider is
 * asked directly and not registered: nothing else in the server changes by it.
 */
final class FastSignatures {
  static final String PROVIDER = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  private static final Logger LOGGER = LoggerFactory.getLogger(FastSignatures.class);
  private static final byte[] TRIAL = {'t', 'r', 'i', 'a', 'l'};

  private final @Nullable Provider provider;

  FastSignatures(@Nullable Provider provider) {
    this.provider = provider;
  }

  /** Looked for once, at the first key. */
  private static final class Found {
    static final FastSignatures INSTANCE = new FastSignatures(find(PROVIDER));
  }

  /**
   * A key that signs as fast as can be here.
   *
   * @throws GeneralSecurityException when it is neither RSA of at least 1024 bits nor Ed25519
   */
  static SigningKey signingKey(PrivateKey key) throws GeneralSecurityException {
    return Found.INSTANCE.of(key);
  }

  /** A key by the provider, after it has signed a trial that the JDK verifies; else by the JDK. */
  SigningKey of(PrivateKey key) throws GeneralSecurityException {
    SigningKey plain = SigningKey.of(key, SignatureFactory.OF_JDK);
    if (provider == null) {
      return plain;
    }
    try {
      SigningKey fast = new ProvidedKey(plain.algorithm(), own(key, provider), provider);
      if (isRight(fast, PublishedKey.publicKey(key))) {
        return fast;
      }
      LOGGER.warn("{} signs wrongly: the JDK signs instead", provider);
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      LOGGER.warn("{} does not sign with a key: the JDK signs instead: {}", provider, e.toString());
    }
    return plain;
  }

  private record ProvidedKey(SignatureAlgorithm algorithm, PrivateKey key, Provider provider)
      implements SigningKey {
    @Override
    public byte[] sign(byte[] message) throws GeneralSecurityException {
      Signature signature = Signature.getInstance(algorithm.jcaName(), provider);
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    }
  }

  /** RSA keys of its own save it a conversion a signature, which takes longer than that. */
  private static PrivateKey own(PrivateKey key, Provider provider) throws GeneralSecurityException {
    return key.getAlgorithm().equals("RSA")
        ? KeyFactory.getInstance("RSA", provider)
            .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()))
        : key;
  }

  private static boolean isRight(SigningKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    Signature check = Signature.getInstance(key.algorithm().jcaName());
    check.initVerify(publicKey);
    check.update(TRIAL);
    return check.verify(key.sign(TRIAL));
  }

  /** The provider of that class if its native part loads; said once in the log. */
  static @Nullable Provider find(String className) {
    try {
      Class<?> type = Class.forName(className);
      Provider provider = (Provider) type.getField("INSTANCE").get(null);
      Object failure = type.getMethod("getLoadingError").invoke(provider);
      if (failure == null) {
        LOGGER.info("DKIM signs by {}", provider);
        return provider;
      }
      LOGGER.info("DKIM signs by the JDK: {} does not load: {}", className, failure);
    } catch (ClassNotFoundException e) {
      LOGGER.info("DKIM signs by the JDK: there is no {}, which is faster", className);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      LOGGER.info("DKIM signs by the JDK: {} does not load: {}", className, e.toString());
    }
    return null;
  }
}
