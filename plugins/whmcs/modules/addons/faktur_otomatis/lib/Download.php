<?php

declare(strict_types=1);

namespace FakturOtomatis;

/** Hands a PDF on to the browser and ends the request. */
final class Download
{
    /** @param resource $file */
    public static function send($file, string $faktur): never
    {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        $name = preg_replace('/[^A-Za-z0-9_-]/', '', $faktur);
        header('Content-Type: application/pdf');
        header("Content-Disposition: attachment; filename=\"Faktur-Pajak_$name.pdf\"");
        header('Content-Length: ' . fstat($file)['size']);
        header('Cache-Control: private, no-store');
        header('X-Content-Type-Options: nosniff');
        fpassthru($file);
        exit;
    }
}
