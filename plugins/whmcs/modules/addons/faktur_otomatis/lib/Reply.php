<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** What the service answered, ready for a page. */
final class Reply
{
    /**
     * @param array<string, mixed> $json
     * @param list<string> $told what went wrong, in the reader's language
     */
    public function __construct(
        public readonly bool $ok,
        public readonly int $status,
        public readonly array $json,
        public readonly array $told,
    ) {
    }
}
