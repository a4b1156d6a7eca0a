<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** One request over HTTP: bounded in time and size, no redirects. */
final class Http
{
    /** An answer of the API is small; a PDF may have 30 MiB. */
    private const LARGEST_ANSWER = 4_000_000;
    private const LARGEST_FILE = 31_457_280;

    /**
     * Never throws: an answer that did not come has the status 0 and says why.
     *
     * @param list<string> $headers
     * @param resource|null $file where the body goes instead of into the answer
     */
    public static function send(
        string $method,
        string $url,
        array $headers,
        ?string $body,
        float $seconds,
        $file = null,
    ): HttpAnswer {
        $received = '';
        $size = 0;
        $etag = '';
        $most = $file === null ? self::LARGEST_ANSWER : self::LARGEST_FILE;
        $request = curl_init();
        $options = [
            CURLOPT_URL => $url,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => [...$headers, 'Expect:'],
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false,
            // Whole milliseconds, and no signals: both are counted from the first look-up of the name.
            CURLOPT_NOSIGNAL => true,
            CURLOPT_CONNECTTIMEOUT_MS => (int) ($seconds * 1000),
            CURLOPT_TIMEOUT_MS => (int) ($seconds * 1000),
            CURLOPT_HEADERFUNCTION => static function ($_request, string $line) use (&$etag): int {
                if (preg_match('/^etag:\s*"([0-9a-f]{64})"/i', $line, $found) === 1) {
                    $etag = $found[1];
                }
                return strlen($line);
            },
            CURLOPT_WRITEFUNCTION => static function ($_request, string $part) use (&$received, &$size, $most, $file) {
                $size += strlen($part);
                if ($size > $most) {
                    return 0;
                }
                if ($file !== null) {
                    return (int) fwrite($file, $part);
                }
                $received .= $part;
                return strlen($part);
            },
        ];
        if ($body !== null) {
            $options[CURLOPT_POSTFIELDS] = $body;
        }
        curl_setopt_array($request, $options);
        $done = curl_exec($request);
        $status = $done === false ? 0 : (int) curl_getinfo($request, CURLINFO_RESPONSE_CODE);
        $failure = $done === false ? 'curl ' . curl_errno($request) . ': ' . curl_strerror(curl_errno($request)) : '';
        return new HttpAnswer($status, $received, $etag, $failure);
    }
}
