<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** Signs a message by the Standard Webhooks scheme (HMAC-SHA256 over `id.timestamp.body`). */
final class Signature
{
    /** The key behind `whsec_BASE64`; null when it is none. */
    public static function key(string $secret): ?string
    {
        if (strpos($secret, 'whsec_') !== 0) {
            return null;
        }
        $key = base64_decode(substr($secret, 6), true);
        return $key === false || $key === '' ? null : $key;
    }

    /** @return list<string> the headers of a signed message */
    public static function headers(string $secret, string $id, int $timestamp, string $body): array
    {
        $digest = hash_hmac('sha256', "$id.$timestamp.$body", (string) self::key($secret), true);
        return [
            "webhook-id: $id",
            "webhook-timestamp: $timestamp",
            'webhook-signature: v1,' . base64_encode($digest),
        ];
    }
}
