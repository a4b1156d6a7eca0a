<?php

/**
 * Faktur Otomatis for WHMCS: tells the service what happened to invoices, and shows the NPWP tab to staff and to
 * customers. What a faktur says and who gets one is decided by the service alone.
 */

declare(strict_types=1);

use FakturOtomatis\AdminPage;
use FakturOtomatis\ClientPage;
use FakturOtomatis\Log;
use FakturOtomatis\Settings;
use FakturOtomatis\Tables;
use FakturOtomatis\View;

if (!defined('WHMCS')) {
    exit('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/load.php';

/** @return array<string, mixed> */
function faktur_otomatis_config(): array
{
    $field = static function (string $name, string $type, string $about, array $more = []): array {
        return ['FriendlyName' => $name, 'Type' => $type, 'Size' => '60', 'Description' => $about] + $more;
    };
    return [
        'name' => 'Faktur Otomatis',
        'description' => 'Faktur pajak untuk invoice lunas / Indonesian tax invoices for paid invoices',
        'version' => '0.1.0',
        'author' => 'faktur-otomatis',
        'language' => 'english',
        'fields' => [
            'service_url' => $field('Alamat layanan / Service URL', 'text', 'https://faktur.hosting.example'),
            'portal' => $field('Portal', 'text', 'Slug portal ini di layanan / this portal\'s slug in the service'),
            'hook_secret' => $field('Rahasia webhook / Webhook secret', 'password', 'whsec_…'),
            'api_token' => $field(
                'Token API / API token',
                'password',
                'faktur token create --name whmcs --role finance --portal SLUG',
            ),
            'timeout' => $field(
                'Batas waktu / Time-out',
                'text',
                'Detik yang boleh memperlambat satu pembayaran, 0.2–10 / seconds that one payment may lose',
                ['Default' => '2', 'Size' => '5'],
            ),
            'activators' => $field(
                'Yang boleh mengaktifkan / Who may activate',
                'text',
                'Id peran admin, dipisah koma / admin role ids, with commas: 1,3',
            ),
            'language' => $field(
                'Bahasa / Language',
                'dropdown',
                'auto: bahasa WHMCS / the language of WHMCS',
                ['Options' => 'auto,indonesian,english', 'Default' => 'auto'],
            ),
        ],
    ];
}

/**
 * What this server lacks. This file alone is read by any PHP that WHMCS runs on; those beside it are not.
 *
 * @return list<string>
 */
function faktur_otomatis_lacks(int $php = PHP_VERSION_ID): array
{
    $lacks = $php < 80100 ? ['PHP 8.1'] : [];
    foreach (['curl', 'mbstring'] as $extension) {
        if (!extension_loaded($extension)) {
            $lacks[] = "php-$extension";
        }
    }
    return $lacks;
}

/** @return array{status: string, description: string} */
function faktur_otomatis_activate(): array
{
    $lacks = implode(', ', faktur_otomatis_lacks());
    if ($lacks !== '') {
        return [
            'status' => 'error',
            'description' => "Server ini belum memenuhi syarat modul; pasang dahulu: $lacks. Sekarang PHP " . PHP_VERSION
                . ". / This server does not meet the module's needs; install first: $lacks.",
        ];
    }
    try {
        Tables::make();
        return [
            'status' => 'success',
            'description' => 'Isi pengaturan, lalu buka Addons > Faktur Otomatis dan uji sambungannya. / '
                . 'Fill in the settings, then open Addons > Faktur Otomatis and test the connection.',
        ];
    } catch (Throwable $thrown) {
        Log::failure('activate', $thrown);
        return ['status' => 'error', 'description' => Log::masked($thrown->getMessage())];
    }
}

/**
 * Takes nothing away: what waits in the queue is sent when the module is switched on again.
 *
 * @return array{status: string, description: string}
 */
function faktur_otomatis_deactivate(): array
{
    return [
        'status' => 'success',
        'description' => 'Modul mati; antrean dan datanya disimpan. / Switched off; the queue and its data are kept.',
    ];
}

/** @param array<string, mixed> $vars */
function faktur_otomatis_upgrade($vars): void
{
    try {
        Tables::upgrade((string) ($vars['version'] ?? '0'));
    } catch (Throwable $thrown) {
        Log::failure('upgrade', $thrown);
    }
}

/** @param array<string, mixed> $vars */
function faktur_otomatis_output($vars): void
{
    try {
        AdminPage::show();
    } catch (Throwable $thrown) {
        Log::failure('admin page', $thrown);
        echo View::render('failed', ['words' => AdminPage::words(Settings::read())]);
    }
}

/** @param array<string, mixed> $vars */
function faktur_otomatis_sidebar($vars): string
{
    return View::render('sidebar', ['words' => AdminPage::words(Settings::read())]);
}

/**
 * @param array<string, mixed> $vars
 * @return array<string, mixed>
 */
function faktur_otomatis_clientarea($vars): array
{
    return ClientPage::show();
}
