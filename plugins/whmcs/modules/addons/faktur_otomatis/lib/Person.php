<?php

declare(strict_types=1);

namespace FakturOtomatis;

use WHMCS\Database\Capsule;

/** Who sits before the screen, from WHMCS's session and nowhere else. */
final class Person
{
    public static function client(): int
    {
        return (int) ($_SESSION['uid'] ?? 0);
    }

    public static function admin(): int
    {
        return (int) ($_SESSION['adminid'] ?? 0);
    }

    /** Whether this administrator's role may switch the NPWP tab. */
    public static function mayActivate(Settings $settings): bool
    {
        $role = (int) Capsule::table('tbladmins')->where('id', self::admin())->value('roleid');
        return $role > 0 && in_array($role, $settings->activators, true);
    }

    /**
     * A client as an account of the service; null when there is none.
     *
     * @return array{name: string, email: string}|null
     */
    public static function account(int $client): ?array
    {
        $row = Capsule::table('tblclients')->where('id', $client)->first();
        if ($row === null) {
            return null;
        }
        $person = trim(self::plain($row->firstname) . ' ' . self::plain($row->lastname));
        $name = self::plain($row->companyname) ?: $person ?: "Client $client";
        return ['name' => $name, 'email' => self::plain($row->email)];
    }

    /** What was typed: WHMCS hands requests over, and keeps clients, with HTML's signs written out. */
    public static function plain(mixed $value): string
    {
        return trim(is_scalar($value) ? html_entity_decode((string) $value, ENT_QUOTES | ENT_HTML5, 'UTF-8') : '');
    }
}
