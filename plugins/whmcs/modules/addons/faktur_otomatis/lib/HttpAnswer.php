<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** What came back; status 0 when nothing did. */
final class HttpAnswer
{
    public function __construct(
        public readonly int $status,
        public readonly string $body,
        public readonly string $etag,
        public readonly string $failure,
    ) {
    }

    public function isDone(): bool
    {
        return $this->status >= 200 && $this->status < 300;
    }

    /** In a few words, without anything that was sent or received. */
    public function inShort(): string
    {
        return $this->status === 0 ? $this->failure : "HTTP $this->status";
    }
}
