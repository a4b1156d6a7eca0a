<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** A moment as people in the desk's own time read it; DJP's days are days of Jakarta, whatever zone WHMCS runs in. */
final class Moment
{
    /** Seconds since 1970; "" for one that never was. */
    public static function shown(int $at): string
    {
        if ($at === 0) {
            return '';
        }
        $jakarta = new \DateTimeZone('Asia/Jakarta');
        return (new \DateTimeImmutable("@$at"))->setTimezone($jakarta)->format('Y-m-d H:i:s') . ' WIB';
    }
}
